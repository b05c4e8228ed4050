#include "http/client.hpp"

#include "support/asking_client.hpp"

#include <doctest/doctest.h>

namespace roost::http {

using namespace std::chrono_literals;
using namespace testing;
using test::outcome_of;

TEST_CASE("one connection carries one request after another") {
    Kept kept;
    for (int i = 0; i < 50; ++i) {
        auto answer = kept.asking.ask(post());
        CHECK(kept.connection->receive_request() == post_a);
        kept.connection->answer(std::to_string(i), "X-A: b\r\n");
        const auto result = outcome_of(answer);
        REQUIRE(result.has_value());
        CHECK(result->status == 200);
        CHECK(result->headers.find("x-a") == "b");
        CHECK(result->body == std::to_string(i));
    }
    CHECK_FALSE(kept.upstream.has_connection());
}

TEST_CASE("an answer is put together from single bytes, and a large one from many reads") {
    Kept kept;
    auto answer = kept.asking.ask(get());
    kept.connection->receive_request();
    for (const char byte :
         std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"))
        kept.connection->send({&byte, 1});
    CHECK(body_of(answer) == "hi");
    const std::string large(ClientLimits{}.body_bytes, 'x');
    answer = kept.asking.ask(get());
    kept.connection->receive_request();
    kept.connection->answer(large);
    CHECK(body_of(answer) == large);
    answer = kept.asking.ask(post(large));
    CHECK(kept.connection->receive_request().ends_with(large));
    kept.connection->answer("");
    CHECK(body_of(answer).empty());
}

TEST_CASE("an answer to HEAD has no body, and the connection goes on behind it") {
    Kept kept;
    auto request = get();
    request.method = Method::head;
    auto answer = kept.asking.ask(request);
    CHECK(kept.connection->receive_request() == "HEAD /a HTTP/1.1\r\nHost: api\r\n\r\n");
    kept.connection->send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    CHECK(outcome_of(answer)->headers.find("Content-Length") == "100");
    answer = kept.asking.ask(get());
    kept.connection->receive_request();
    kept.connection->answer("next");
    CHECK(body_of(answer) == "next");
}

TEST_CASE(
    "a connection whose answer says so, or has no other end, or has bytes behind it is not used again") {
    for (const auto* bytes :
         {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi", "HTTP/1.1 200 OK\r\n\r\nhi",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi?"}) {
        CAPTURE(bytes);
        Kept kept;
        auto answer = kept.asking.ask(get());
        kept.connection->receive_request();
        kept.connection->send(bytes);
        if (std::string_view(bytes).find("Length") == std::string_view::npos) kept.connection->close();
        CHECK(body_of(answer) == "hi");
        if (std::string_view(bytes).find("Length") != std::string_view::npos)
            CHECK(kept.connection->is_ended());
        answer = kept.asking.ask(get());
        auto second = kept.upstream.accept();
        CHECK(second.receive_request() == get_a);
        second.answer("again");
        CHECK(body_of(answer) == "again");
    }
}

TEST_CASE("garbage is an error, and the end of its connection") {
    for (const auto* bytes : {"SSH-2.0-x\r\n", "HTTP/1.1 200 OK\nA: b\n\n",
                              "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                              "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"}) {
        CAPTURE(bytes);
        Kept kept;
        auto answer = kept.asking.ask(get());
        kept.connection->receive_request();
        kept.connection->send(bytes);
        CHECK(failure_of(answer) == ClientFailure::garbage);
        CHECK(kept.connection->is_ended());
        CHECK_FALSE(kept.upstream.has_connection());
    }
}

TEST_CASE("an answer that is cut off is garbage and is not asked for again") {
    for (const bool by_reset : {false, true}) {
        Kept kept;
        auto answer = kept.asking.ask(get());
        kept.connection->receive_request();
        kept.connection->send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
        if (by_reset) kept.connection->reset();
        else kept.connection->close();
        CHECK(failure_of(answer) == ClientFailure::garbage);
        CHECK_FALSE(kept.upstream.has_connection());
    }
}

TEST_CASE("an upstream that refuses a request without reading it is heard") {
    // The first is sent all the same, the second cannot be.
    for (const std::size_t size : {std::size_t{1000}, std::size_t{64} << 20U}) {
        CAPTURE(size);
        ScriptedUpstream upstream;
        Asking asking({upstream.endpoint()});
        const std::string body(size, 'x');
        auto answer = asking.ask(post(body));
        auto connection = upstream.accept();
        connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
        connection.close();
        const auto result = outcome_of(answer);
        REQUIRE(result.has_value());
        CHECK(result->status == 413);
    }
}

TEST_CASE("a new connection that ends without an answer is not tried again") {
    for (const auto& request : {get(), post()}) {
        ScriptedUpstream upstream;
        Asking asking({upstream.endpoint()});
        auto answer = asking.ask(request);
        auto connection = upstream.accept();
        connection.receive_request();
        connection.close();
        CHECK(failure_of(answer) == ClientFailure::unreachable);
        CHECK_FALSE(upstream.has_connection());
    }
}

TEST_CASE("a kept connection that the upstream has ended, or spoken on, is passed over") {
    for (const int how : {0, 1, 2}) {
        CAPTURE(how);
        Kept kept;
        if (how == 0) kept.connection->close();
        if (how == 1) kept.connection->reset();
        if (how == 2) kept.connection->send("HTTP/1.1 408 Request Timeout\r\n\r\n");
        auto answer = kept.asking.ask(post());
        auto second = kept.upstream.accept();
        CHECK(second.receive_request() == post_a);
        second.answer("new");
        CHECK(body_of(answer) == "new");
    }
}

TEST_CASE("a kept connection that ends over an idempotent request: it is sent once more, on a new one") {
    for (const bool by_reset : {false, true}) {
        Kept kept;
        auto answer = kept.asking.ask(get());
        CHECK(kept.connection->receive_request() == get_a);
        if (by_reset) kept.connection->reset();
        else kept.connection->close();
        auto second = kept.upstream.accept();
        CHECK(second.receive_request() == get_a);
        SUBCASE("answered") {
            second.answer("again");
            CHECK(body_of(answer) == "again");
        }
        SUBCASE("and ended as well") {
            second.close();
            CHECK(failure_of(answer) == ClientFailure::unreachable);
            CHECK_FALSE(kept.upstream.has_connection());
        }
    }
}

TEST_CASE(
    "a kept connection that ends over a post: whether it was done is not known, so it is not repeated") {
    for (const auto method : {Method::post, Method::patch, Method::other}) {
        Kept kept;
        auto request = post();
        request.method = method;
        request.other_method = "BREW";
        auto answer = kept.asking.ask(request);
        kept.connection->receive_request();
        kept.connection->close();
        CHECK(failure_of(answer) == ClientFailure::unreachable);
        CHECK_FALSE(kept.upstream.has_connection());
    }
}

TEST_CASE("an upstream that does not answer in time is given up") {
    Kept kept({.write_timeout_ms = 1h, .head_timeout_ms = 50ms, .body_timeout_ms = 1h});
    auto answer = kept.asking.ask(get());
    kept.connection->receive_request();
    SUBCASE("not at all") {}
    SUBCASE("but half a head") {
        kept.connection->send("HTTP/1.1 200 OK\r\nA: ");
    }
    CHECK(failure_of(answer) == ClientFailure::timed_out);
    CHECK(kept.connection->is_ended());
    CHECK_FALSE(kept.upstream.has_connection());
}

TEST_CASE("a body that trickles does not move its deadline") {
    Kept kept({.write_timeout_ms = 1h, .head_timeout_ms = 1h, .body_timeout_ms = 100ms});
    auto answer = kept.asking.ask(get());
    kept.connection->receive_request();
    kept.connection->send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    int bytes = 0;
    for (; bytes < 2000 && answer.wait_for(5ms) != std::future_status::ready; ++bytes)
        kept.connection->send("x");
    CHECK(bytes < 2000);
    CHECK(failure_of(answer) == ClientFailure::timed_out);
}

TEST_CASE("an upstream that does not read a request is given up") {
    Kept kept({.write_timeout_ms = 50ms, .head_timeout_ms = 1h, .body_timeout_ms = 1h});
    const std::string huge(std::size_t{64} << 20U, 'x');
    auto answer = kept.asking.ask(post(huge));
    CHECK(failure_of(answer) == ClientFailure::timed_out);
}

}  // namespace roost::http
