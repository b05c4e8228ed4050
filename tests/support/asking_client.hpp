// For tests of the client: one on a core of its own, asked from the test's own thread, and an upstream that
// the test plays.
#pragma once

#include "http/client.hpp"
#include "http/scripted_upstream.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::http::testing {

inline ClientRequest get(std::string_view target = "/a") {
    return {.method = Method::get, .target = target, .host = "api"};
}
inline ClientRequest post(std::string_view body = "body") {
    return {.method = Method::post, .target = "/a", .host = "api", .body = body};
}
inline const std::string get_a = "GET /a HTTP/1.1\r\nHost: api\r\n\r\n";
inline const std::string post_a = "POST /a HTTP/1.1\r\nHost: api\r\nContent-Length: 4\r\n\r\nbody";

// A client on a core of its own.
class Asking {
public:
    explicit Asking(std::vector<net::Endpoint> addresses, const ClientLimits& limits = {})
        : limits_(limits), workers_(1, 8),
          client_(core_, net::Host("127.0.0.1", 1, std::move(addresses), workers_), limits_) {}
    ~Asking() { close(); }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    std::future<ClientResult> ask(const ClientRequest& request) {
        return core_.start([this, request] { return send(*client_, request); });
    }
    // What only the client itself knows.
    void until(std::size_t (Client::*count)() const noexcept, std::size_t value) {
        core_.until([&] { return ((*client_).*count)() == value; });
    }
    void close() {
        core_.call([this] { client_->close(); });
        until(&Client::under_way, 0);
    }

private:
    static Task<ClientResult> send(Client& client, ClientRequest request) {
        co_return co_await client.send(request);
    }

    ClientLimits limits_;
    test::OneCore core_;
    net::Workers workers_;
    test::OnCore<Client> client_;
};

inline std::string body_of(std::future<ClientResult>& answer) {
    const auto result = test::outcome_of(answer);
    REQUIRE(result.has_value());
    return result->body;
}
inline ClientFailure failure_of(std::future<ClientResult>& answer) {
    const auto result = test::outcome_of(answer);
    REQUIRE(result.has_error());
    return result.error();
}

// An upstream with a connection that has answered one request and is kept.
struct Kept {
    explicit Kept(const ClientLimits& limits = {}) : asking({upstream.endpoint()}, limits) {
        auto answer = asking.ask(get());
        connection.emplace(upstream.accept());
        REQUIRE(connection->receive_request() == get_a);
        connection->answer("first");
        REQUIRE(body_of(answer) == "first");
        asking.until(&Client::idle, 1);
    }
    ScriptedUpstream upstream;
    Asking asking;
    std::optional<UpstreamConnection> connection;
};

}  // namespace roost::http::testing
