#include "http/session.hpp"

#include "http/test_server.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

using namespace std::chrono_literals;
using testing::Server;

const std::string get_hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post_echo(const std::string& body, const std::string& headers = "") {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

Limits with(std::chrono::milliseconds Limits::* member, std::chrono::milliseconds value) {
    Limits limits;
    limits.*member = value;
    return limits;
}

}  // namespace

TEST_CASE("a connection serves request after request") {
    Server server;
    auto client = server.connect();
    for (int i = 0; i < 100; ++i) {
        client.send(get_hello);
        const auto answer = client.receive_answer();
        CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(answer.ends_with("\r\n\r\n\"hello\""));
        CHECK_FALSE(has(answer, "Connection:"));
    }
}

TEST_CASE("a body of the largest size arrives whole, also chunked") {
    Server server;
    auto client = server.connect();
    const std::string body(Limits{}.body_bytes, 'x');
    client.send(post_echo(body, "X-Request-Id: r-1\r\n"));
    CHECK(client.receive_answer().ends_with("\r\n\r\n127.0.0.1 r-1 " + body));
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nX-Request-Id: r-2\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("3\r\nhel\r\n");
    client.send("2\r\nlo\r\n0\r\n\r\n");
    CHECK(client.receive_answer().ends_with("127.0.0.1 r-2 hello"));
}

TEST_CASE("pipelined requests are answered in their order, more of them than one turn takes too") {
    Server server;
    auto client = server.connect();
    std::string requests;
    for (int i = 0; i < 200; ++i) requests += post_echo(std::to_string(i));
    client.send(requests);
    for (int i = 0; i < 200; ++i) CHECK(client.receive_answer().ends_with(" " + std::to_string(i)));
}

TEST_CASE("pipelined requests wait for the handler of the one before") {
    Server server;
    auto client = server.connect();
    client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n" + get_hello);
    server.gate.reached.get_future().get();
    server.open_gate();
    CHECK(client.receive_answer().ends_with("\"passed\""));
    CHECK(client.receive_answer().ends_with("\"hello\""));
}

TEST_CASE("the client's request id comes back if it is acceptable, else one of ours") {
    Server server;
    const auto id_for = [&](const std::string& header) {
        const auto answer = server.ask("GET /hello HTTP/1.1\r\nHost: a\r\n" + header + "\r\n");
        const auto start = answer.find("X-Request-Id: ") + 14;
        return answer.substr(start, answer.find("\r\n", start) - start);
    };
    CHECK(id_for("X-Request-Id: aZ0_-\r\n") == "aZ0_-");
    CHECK(id_for("X-Request-Id: " + std::string(64, 'a') + "\r\n") == std::string(64, 'a'));
    CHECK(id_for("X-Request-Id: " + std::string(65, 'a') + "\r\n").size() == 16);
    CHECK(id_for("X-Request-Id: a b\r\n").size() == 16);
    CHECK(id_for("X-Request-Id:\r\n").size() == 16);
    CHECK(id_for("") != id_for(""));
}

TEST_CASE("the client's address comes from a trusted proxy's headers, and from nobody else's") {
    const auto request = post_echo("", "X-Request-Id: r\r\nX-Forwarded-For: 1.2.3.4\r\n");
    Server open;
    CHECK(open.ask(request).ends_with("\r\n\r\n127.0.0.1 r "));
    Server behind_another({}, TrustedProxies({"127.0.0.2", "10.0.0.0/8"}));
    CHECK(behind_another.ask(request).ends_with("\r\n\r\n127.0.0.1 r "));
    Server behind_a_proxy({}, TrustedProxies({"127.0.0.0/8"}));
    CHECK(behind_a_proxy.ask(request).ends_with("\r\n\r\n1.2.3.4 r "));
}

TEST_CASE("HEAD has no body, and the connection goes on behind it") {
    Server server;
    auto client = server.connect();
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get_hello);
    const auto head = client.receive_until("\r\n\r\n");
    CHECK(has(head, "Content-Length: 7\r\n"));
    CHECK(client.receive_answer().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("an exception of a handler is the answer made for it, and the connection goes on") {
    Server server;
    auto client = server.connect();
    client.send("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n" + get_hello);
    const auto answer = client.receive_answer();
    CHECK(answer.starts_with("HTTP/1.1 500 "));
    CHECK_FALSE(has(answer, "secret"));
    CHECK(client.receive_answer().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("a malformed request is a problem, the end of its connection and of no other") {
    Server server;
    auto other = server.connect();
    other.send(get_hello);
    other.receive_answer();
    auto client = server.connect();
    client.send(get_hello + "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + get_hello);
    client.finish();
    CHECK(client.receive_answer().starts_with("HTTP/1.1 200 OK\r\n"));
    const auto answer = client.receive_answer();
    CHECK(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(has(answer, "Connection: close\r\n"));
    CHECK(has(answer, "Content-Type: application/problem+json\r\n"));
    CHECK(has(answer, "X-Request-Id: "));
    CHECK(client.receive_rest().empty());
    other.send(get_hello);
    CHECK(other.receive_answer().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("who sends too large a body can read that it was refused") {
    Server server;
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    client.send(std::string(500'000, 'x'));
    CHECK(client.receive_answer().starts_with("HTTP/1.1 413 Content Too Large\r\n"));
    client.finish();
    CHECK(client.receive_rest().empty());
}

TEST_CASE("100 Continue is sent before the body, and not for one that has begun or is refused") {
    Server server;
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ab");
    CHECK(client.receive_answer().ends_with(" ab"));
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nab");
    client.send("c");
    CHECK(client.receive_answer().starts_with("HTTP/1.1 200 OK\r\n"));
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    CHECK(client.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("d");
    CHECK(client.receive_answer().ends_with(" d"));
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n");
    CHECK(client.receive_answer().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a connection ends after an answer that says so") {
    Server server;
    for (const std::string request : {"GET /last HTTP/1.1\r\nHost: a\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n",
                                      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}) {
        auto client = server.connect();
        client.send(request);
        CHECK(has(client.receive_answer(), "Connection: close\r\n"));
        CHECK(client.receive_rest().empty());
    }
    auto client = server.connect();
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(has(client.receive_answer(), "Connection: keep-alive\r\n"));
    client.send(get_hello);
    CHECK(client.receive_answer().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("a client that is done sending still gets its answer") {
    Server server;
    auto client = server.connect();
    client.send(get_hello);
    client.finish();
    CHECK(client.receive_rest().ends_with("\"hello\""));
}

TEST_CASE("an idle connection is closed without a word, also between requests") {
    Server server(with(&Limits::idle_timeout_ms, 50ms));
    CHECK(server.connect().receive_rest().empty());
    auto client = server.connect();
    client.send(get_hello);
    client.receive_answer();
    CHECK(client.receive_rest().empty());
}

TEST_CASE("a head or a body that does not arrive in time is 408") {
    SUBCASE("head") {
        Server server(with(&Limits::head_timeout_ms, 50ms));
        auto client = server.connect();
        client.send("GET /hello HTTP/1.1\r\nHost");
        CHECK(client.receive_answer().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    }
    SUBCASE("body") {
        Server server(with(&Limits::body_timeout_ms, 50ms));
        auto client = server.connect();
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
        CHECK(client.receive_answer().starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    }
}

TEST_CASE("more bytes of a head do not move its deadline") {
    Server server(with(&Limits::head_timeout_ms, 100ms));
    auto client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nA: ");
    int bytes = 0;
    for (; bytes < 1000 && !client.is_readable_within(5ms); ++bytes) client.send("b");
    CHECK(bytes < 1000);
    CHECK(client.receive_answer().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("a client that does not read its answer is let go") {
    Server server(with(&Limits::write_timeout_ms, 50ms));
    auto client = server.connect();
    client.send("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    client.receive_until("\r\n\r\n");
    server.wait_until_all_ended();
}

TEST_CASE("an upgrade hands over the connection and the bytes behind the request") {
    Server server;
    auto client = server.connect();
    client.send("GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst");
    const auto head = client.receive_until("\r\n\r\n");
    CHECK(head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
    CHECK(has(head, "Connection: Upgrade\r\n"));
    CHECK_FALSE(has(head, "Content-Length"));
    CHECK(client.receive_until("first") == "first");
    server.wait_until_all_ended();
    client.send("second");
    CHECK(client.receive_until("second") == "second");
    client.finish();
    CHECK(client.receive_rest().empty());
}

TEST_CASE("draining ends idle connections at once and busy ones after their answer") {
    Server server;
    auto idle = server.connect();
    idle.send(get_hello);
    idle.receive_answer();
    auto busy = server.connect();
    busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n" + get_hello);
    server.gate.reached.get_future().get();
    server.drain();
    CHECK(idle.receive_rest().empty());
    CHECK(server.connect().receive_rest().empty());
    server.open_gate();
    const auto answer = busy.receive_answer();
    CHECK(has(answer, "Connection: close\r\n"));
    CHECK(answer.ends_with("\"passed\""));
    CHECK(busy.receive_rest().empty());
    server.wait_until_all_ended();
}

}  // namespace roost::http
