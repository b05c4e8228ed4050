#include "http/client.hpp"

#include "net/connect.hpp"
#include "net/core.hpp"

#include <cassert>

namespace roost::http {

using std::chrono::milliseconds;

// A request's permission to go on, which it waits for while too many are under way; given back at its end.
struct Client::Turn : Waiting {
    explicit Turn(Client& its_client) : client(its_client) {}
    ~Turn() {
        if (given) client.next_turn();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool await_ready() {
        if (client.closed_) return true;
        if (client.under_way_ == client.limits_.connections)
            return client.waiting_.size() == client.limits_.waiting;
        ++client.under_way_;
        given = true;
        return true;
    }
    void await_suspend(std::coroutine_handle<> awaiting) {
        caller = awaiting;
        client.waiting_.push_back(*this);
        timeout.emplace();
        timeout->start(client.limits_.waiting_timeout_ms, [this] { give_up(); });
    }
    [[nodiscard]] bool await_resume() const noexcept { return given; }

    // In a later turn of the loop: a request that fails at once would otherwise resume the next one inside
    // its own end, and so on.
    void give() {
        timeout->cancel();
        given = true;
        net::Core::current().post([waiting = caller] { waiting.resume(); });
    }
    void give_up() {
        client.waiting_.erase(client.waiting_.iterator_to(*this));
        caller.resume();
    }

    Client& client;
    std::coroutine_handle<> caller;
    std::optional<net::Timer> timeout;
    bool given = false;
};

Client::Client(net::Host host, const ClientLimits& limits) : host_(std::move(host)), limits_(limits) {}

Client::~Client() {
    assert(under_way_ == 0 && waiting_.empty());
}

Task<ClientResult> Client::send(const ClientRequest& request) {
    Turn turn(*this);
    if (co_await turn) co_return co_await send_in_turn(request);
    co_return closed_ ? ClientFailure::unreachable : ClientFailure::overloaded;
}

Task<ClientResult> Client::send_in_turn(const ClientRequest& request) {
    if (auto kept = take_idle()) {
        auto result = co_await kept->exchange(request);
        const bool may_be_repeated = !result && result.error() == ClientFailure::unreachable &&
                                     (!kept->has_sent() || is_idempotent(request.method));
        keep(std::move(kept));
        if (!may_be_repeated) co_return result;
    }
    auto connection = co_await connect();
    if (!connection) co_return ClientFailure::unreachable;
    auto result = co_await connection->exchange(request);
    keep(std::move(connection));
    co_return result;
}

// Null when none of the addresses takes a connection.
Task<Client::Connection> Client::connect() {
    const auto addresses = host_.addresses();  // a lookup may replace them meanwhile
    for (std::size_t i = 0; i < addresses.size() && !closed_; ++i) {
        const auto index = (good_address_ + i) % addresses.size();
        auto socket = net::connect(addresses[index]);
        if (!socket) continue;
        auto connection = std::make_unique<ClientConnection>(std::move(socket), limits_);
        used_.push_back(*connection);
        if (!co_await connection->connected()) continue;
        good_address_ = index;
        co_return std::move(connection);
    }
    if (!closed_) host_.look_up_again();
    co_return nullptr;
}

Client::Connection Client::take_idle() {
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (!connection->is_usable()) continue;
        used_.push_back(*connection);
        return connection;
    }
    return nullptr;
}

void Client::keep(Connection connection) {
    connection->unlink();
    if (closed_ || !connection->may_be_kept()) return;
    if (idle_.empty()) idle_timer_.start(limits_.idle_timeout_ms, [this] { end_idle(); });
    if (idle_.size() == limits_.idle_connections) idle_.erase(idle_.begin());
    connection->idle_since = Clock::now();
    idle_.push_back(std::move(connection));
}

// The longest idle stand first.
void Client::end_idle() {
    const auto expired = Clock::now() - limits_.idle_timeout_ms;
    std::erase_if(idle_, [expired](const Connection& one) { return one->idle_since <= expired; });
    if (idle_.empty()) return;
    const auto next = idle_.front()->idle_since - expired;
    idle_timer_.start(std::chrono::ceil<milliseconds>(next), [this] { end_idle(); });
}

void Client::next_turn() {
    --under_way_;
    if (waiting_.empty()) return;
    auto& turn = static_cast<Turn&>(waiting_.front());
    waiting_.pop_front();
    ++under_way_;
    turn.give();
}

void Client::close() {
    closed_ = true;
    idle_timer_.cancel();
    idle_.clear();
    while (!waiting_.empty()) static_cast<Turn&>(waiting_.front()).give_up();
    for (auto place = used_.begin(); place != used_.end();) {
        auto& connection = *place++;  // it may end, and leave the list, inside abort()
        connection.abort();
    }
}

}  // namespace roost::http
