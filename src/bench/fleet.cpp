#include "bench/fleet.hpp"

#include "bench/usage.hpp"
#include "ws/handshake.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace roost::bench {
namespace {

constexpr std::size_t read_buffer_size = 1U << 20U;
constexpr std::chrono::milliseconds tick_time{100};
constexpr std::int64_t second_ns = 1'000'000'000;

net::Endpoint first_address(const Url& url) {
    const auto all = net::look_up(url.host, url.port);
    if (all.empty()) throw std::runtime_error(fmt::format("the host {} has no address", url.host));
    return all.front();
}

// Sixteen bytes in base64. Whether they are random is of no use to anybody here: no proxy is to be protected.
constexpr std::string_view key = "cm9vc3QgYmVuY2gga2V5cw==";

std::string upgrade_request(const FleetOptions& options) {
    auto target = options.url.target;
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += "vsn=2.0.0";
    if (!options.token.empty()) target += "&token=" + percent_encoded(options.token);
    for (const auto& [name, value] : options.params)
        target += fmt::format("&{}={}", percent_encoded(name), percent_encoded(value));
    return fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n",
        target, options.url.authority(), key);
}

// 127.0.0.1, 127.0.0.2 …: one address has too few ports for all. Elsewhere the machine's addresses are not
// known.
std::vector<net::Endpoint> source_addresses(const FleetOptions& options, const net::Endpoint& server) {
    std::vector<net::Endpoint> sources;
    const auto count = (options.size + options.per_address - 1) / options.per_address;
    if (count < 2) return sources;
    if (!server.text().starts_with("127.") || count > 254)
        throw std::runtime_error(
            fmt::format("more than {} connections need a server on 127.0.0.1, and at most 254 "
                        "addresses of this machine",
                        options.per_address));
    for (std::uint32_t i = 1; i <= count; ++i)
        sources.push_back(*net::Endpoint::parse(fmt::format("127.0.0.{}", i), 0));
    return sources;
}

}  // namespace

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

std::string numbered_topic(const std::string& topic, std::uint32_t number) {
    return replaced(topic, "{n}", fmt::format("{:05}", number));
}

Fleet::Fleet(FleetOptions options, FleetEvents& events)
    : options_(std::move(options)), events_(events), server_(first_address(options_.url)),
      sources_(source_addresses(options_, server_)), upgrade_request_(upgrade_request(options_)),
      expected_accept_(ws::accept_key(key)), read_buffer_(std::make_unique<char[]>(read_buffer_size)),
      random_(std::random_device{}()) {
    for (std::uint32_t i = 0; i < options_.size; ++i)
        clients_.emplace_back(*this, i, std::span(read_buffer_.get(), read_buffer_size));
}

Fleet::~Fleet() = default;

void Fleet::open() {
    progress_ns_ = now_ns();
    open_more();
    timer_.start(tick_time, [this] { tick(); });
}

ws::Mask Fleet::random_mask() {
    const auto bits = random_();
    ws::Mask mask;
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = static_cast<char>(bits >> (7 * i));
    return mask;
}

// The programs of bench/baseline know a connection by its place in the order of their arrival.
void Fleet::open_more() {
    const auto at_once = options_.is_bare ? 1 : options_.opening_at_once;
    while (!has_failed_ && opened_ < size() && opened_ - joined_ < at_once) clients_[opened_++].open();
}

void Fleet::on_joined() {
    ++joined_;
    open_more();
    if (joined_ < size() || has_failed_) return;
    joined_ns_ = now_ns();
    events_.on_all_joined();
}

void Fleet::fail(std::string sentence) {
    if (std::exchange(has_failed_, true)) return;
    events_.on_failed(std::move(sentence));
}

void Fleet::tick() {
    if (has_failed_) return;
    const auto now = now_ns();
    if (joined_ != std::exchange(joined_at_last_progress_, joined_)) progress_ns_ = now;
    if (joined_ < size() && now - progress_ns_ > static_cast<std::int64_t>(options_.timeout_s * 1e9))
        return fail(fmt::format("no connection was joined for {} s: {} of {} were", options_.timeout_s,
                                joined_, size()));
    if (joined_ == size() && !options_.is_bare) send_heartbeats(now);
    timer_.start(tick_time, [this] { tick(); });
}

// One after the other, evenly over the interval: a thousand at once would disturb what is measured.
void Fleet::send_heartbeats(std::int64_t now) {
    const auto due = static_cast<double>(now - joined_ns_) / second_ns / options_.heartbeat_s * size();
    for (; static_cast<double>(heartbeats_) < due; ++heartbeats_)
        clients_[heartbeats_ % size()].send_text(R"([null,"heartbeat","phoenix","heartbeat",{}])");
}

const net::Endpoint* Fleet::source_of(std::uint32_t connection) const {
    return sources_.empty() ? nullptr : &sources_[connection / options_.per_address];
}

}  // namespace roost::bench
