#include "http/client.hpp"
#include "support/asking_client.hpp"

#include <doctest/doctest.h>

namespace roost::http {

using namespace std::chrono_literals;
using namespace testing;

TEST_CASE("where nobody listens it is unreachable, until somebody does") {
    auto upstream = std::make_unique<ScriptedUpstream>();
    const auto port = upstream->port();
    Asking asking({upstream->endpoint()});
    upstream.reset();
    for (const auto& request : {get(), post()}) {
        auto answer = asking.ask(request);
        CHECK(failure_of(answer) == ClientFailure::unreachable);
    }
    ScriptedUpstream again(port);
    auto answer = asking.ask(post());
    auto connection = again.accept();
    CHECK(connection.receive_request() == post_a);
    connection.answer("back");
    CHECK(body_of(answer) == "back");
}

TEST_CASE("an address that takes no connection is passed over for the next, and the good one remembered") {
    ScriptedUpstream upstream;
    Asking asking({upstream.endpoint("127.0.0.2"), upstream.endpoint("127.0.0.3"), upstream.endpoint()});
    std::optional<ScriptedUpstream> first;
    for (int i = 0; i < 2; ++i) {
        auto answer = asking.ask(post());
        auto connection = upstream.accept();
        connection.receive_request();
        connection.answer("here", "Connection: close\r\n");
        CHECK(body_of(answer) == "here");
        if (!first) first.emplace(upstream.port(), "127.0.0.2");
    }
    CHECK_FALSE(first->has_connection());
}

TEST_CASE("without any address it is unreachable") {
    Asking asking({});
    auto answer = asking.ask(get());
    CHECK(failure_of(answer) == ClientFailure::unreachable);
}

TEST_CASE("requests beyond the limit wait for a turn and take over the connection") {
    Kept kept({.connections = 1});
    auto first = kept.asking.ask(get("/1"));
    kept.connection->receive_request();
    auto second = kept.asking.ask(get("/2"));
    auto third = kept.asking.ask(get("/3"));
    kept.asking.until(&Client::waiting, 2);
    for (auto* answer : {&first, &second, &third}) {
        kept.connection->answer("ok");
        CHECK(body_of(*answer) == "ok");
        if (answer == &first) CHECK(kept.connection->receive_request().starts_with("GET /2 "));
        if (answer == &second) CHECK(kept.connection->receive_request().starts_with("GET /3 "));
    }
    kept.asking.until(&Client::under_way, 0);
    CHECK_FALSE(kept.upstream.has_connection());
}

TEST_CASE("who would wait behind too many is refused at once, and those who wait get their turn") {
    Kept kept({.connections = 1, .waiting = 1, .waiting_timeout_ms = 1h});
    auto first = kept.asking.ask(get());
    kept.connection->receive_request();
    auto second = kept.asking.ask(post());
    kept.asking.until(&Client::waiting, 1);
    auto third = kept.asking.ask(get());
    CHECK(failure_of(third) == ClientFailure::overloaded);
    kept.connection->answer("1");
    CHECK(body_of(first) == "1");
    CHECK(kept.connection->receive_request() == post_a);
    kept.connection->answer("2");
    CHECK(body_of(second) == "2");
}

TEST_CASE("who waits too long is refused, and its turn is somebody else's") {
    Kept kept({.connections = 1, .waiting_timeout_ms = 20ms});
    auto first = kept.asking.ask(get());
    kept.connection->receive_request();
    auto second = kept.asking.ask(get());
    CHECK(failure_of(second) == ClientFailure::overloaded);
    kept.asking.until(&Client::waiting, 0);
    kept.connection->answer("1");
    CHECK(body_of(first) == "1");
    auto third = kept.asking.ask(get());
    kept.connection->receive_request();
    kept.connection->answer("3");
    CHECK(body_of(third) == "3");
}

// Two requests at once, each on a connection of its own, which are not ended by the answers.
struct Two {
    explicit Two(const ClientLimits& limits) : asking({upstream.endpoint()}, limits) {
        auto first = asking.ask(get());
        one.emplace(upstream.accept());
        auto second = asking.ask(get());
        other.emplace(upstream.accept());
        one->receive_request();
        one->answer("1");
        REQUIRE(body_of(first) == "1");
        other->receive_request();
        other->answer("2");
        REQUIRE(body_of(second) == "2");
        asking.until(&Client::under_way, 0);
    }
    ScriptedUpstream upstream;
    Asking asking;
    std::optional<UpstreamConnection> one;
    std::optional<UpstreamConnection> other;
};

TEST_CASE("of many connections only so many are kept: the latest used") {
    Two two({.idle_connections = 1, .idle_timeout_ms = 1h});
    CHECK(two.one->is_ended());
    auto answer = two.asking.ask(get());
    two.other->receive_request();
    two.other->answer("3");
    CHECK(body_of(answer) == "3");
}

TEST_CASE("no connection is kept for ever") {
    Two two({.idle_timeout_ms = 20ms});
    CHECK(two.one->is_ended());
    CHECK(two.other->is_ended());
    two.asking.until(&Client::idle, 0);
}

TEST_CASE("closing ends what is under way, what waits and what is kept") {
    Kept kept({.connections = 2});
    auto answered = kept.asking.ask(get());
    kept.connection->receive_request();
    auto second = kept.asking.ask(get());
    auto connection = kept.upstream.accept();
    connection.receive_request();
    auto waits = kept.asking.ask(get());
    kept.asking.until(&Client::waiting, 1);
    kept.asking.close();
    for (auto* answer : {&answered, &second, &waits})
        CHECK(failure_of(*answer) == ClientFailure::unreachable);
    CHECK(kept.connection->is_ended());
    CHECK(connection.is_ended());
    auto late = kept.asking.ask(get());
    CHECK(failure_of(late) == ClientFailure::unreachable);
    CHECK_FALSE(kept.upstream.has_connection());
}

TEST_CASE("a connection that is not made in time is given up") {
    // Its queue is full, so that the system answers nobody.
    const int full = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = *net::Endpoint::parse("127.0.0.1", 0);
    REQUIRE(::bind(full, address.address(), address.size()) == 0);
    REQUIRE(::listen(full, 0) == 0);
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    REQUIRE(::getsockname(full, reinterpret_cast<sockaddr*>(&bound), &size) == 0);
    const int filler = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(::connect(filler, reinterpret_cast<const sockaddr*>(&bound), size) == 0);
    {
        Asking asking({*net::Endpoint::parse("127.0.0.1", ntohs(bound.sin_port))},
                      {.connect_timeout_ms = 50ms});
        auto answer = asking.ask(get());
        CHECK(failure_of(answer) == ClientFailure::unreachable);
    }
    {
        Asking asking({*net::Endpoint::parse("127.0.0.1", ntohs(bound.sin_port))},
                      {.connect_timeout_ms = 1h});
        auto answer = asking.ask(get());
        asking.until(&Client::under_way, 1);
        asking.close();
        CHECK(failure_of(answer) == ClientFailure::unreachable);
    }
    ::close(filler);
    ::close(full);
}

}  // namespace roost::http
