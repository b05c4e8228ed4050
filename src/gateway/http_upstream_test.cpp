#include "gateway/http_upstream.hpp"

#include "http/scripted_upstream.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>

namespace roost::gateway {
namespace {

using http::testing::ScriptedUpstream;

http::Request request() {
    http::Request request;
    request.target = request.path = "/api/health";
    request.peer = "1.2.3.4";
    request.request_id = "r-1";
    request.headers.add("Host", "chat.example.com");
    return request;
}

// A gateway's upstream on one core, in front of a port that the test plays.
class Forwarding {
public:
    explicit Forwarding(http::ClientLimits limits = {})
        : limits_(limits), workers_(1, 8),
          clients_(core_.cores(),
                   [this](net::Core&) {
                       return std::make_unique<http::Client>(
                           net::Host("127.0.0.1", api.port(), {api.endpoint()}, workers_), limits_);
                   }),
          upstream_(clients_, "api:4000") {}
    ~Forwarding() {
        core_.call([this] { clients_.here().close(); });
        core_.until([this] { return clients_.here().under_way() == 0; });
    }
    Forwarding(const Forwarding&) = delete;
    Forwarding& operator=(const Forwarding&) = delete;

    std::future<http::Response> forward(http::Request what) {
        return core_.start([this, what = std::move(what)] { return pass(upstream_, what); });
    }

    ScriptedUpstream api;

private:
    static Task<http::Response> pass(HttpUpstream& upstream, http::Request what) {
        co_return co_await upstream.forward(what);
    }

    http::ClientLimits limits_;
    test::OneCore core_;
    net::Workers workers_;
    net::PerCore<http::Client> clients_;
    HttpUpstream upstream_;
};

void check_problem(const http::Response& answer, int status, const std::string& code) {
    CHECK(answer.status == status);
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.body.find("\"code\":\"" + code + "\"") != std::string::npos);
    CHECK(answer.body.find("\"request_id\":\"r-1\"") != std::string::npos);
}

}  // namespace

TEST_CASE("a request reaches the API and its answer comes back") {
    Forwarding gateway;
    auto answer = gateway.forward(request());
    auto connection = gateway.api.accept();
    CHECK(connection.receive_request() ==
          "GET /api/health HTTP/1.1\r\nHost: api:4000\r\nX-Request-Id: r-1\r\nX-Forwarded-For: 1.2.3.4\r\n"
          "X-Forwarded-Proto: http\r\nX-Forwarded-Host: chat.example.com\r\nVia: 1.1 roost\r\n\r\n");
    connection.answer("{}", "Content-Type: application/json\r\nKeep-Alive: timeout=5\r\n");
    const auto got = test::outcome_of(answer);
    CHECK(got.status == 200);
    CHECK(got.body == "{}");
    CHECK(got.content_type.empty());
    CHECK(got.headers.find("Content-Type") == "application/json");
    CHECK_FALSE(got.headers.find("Keep-Alive"));
    CHECK_FALSE(got.close);
}

TEST_CASE("an API that is away or talks nonsense is 502, and its return is noticed") {
    Forwarding gateway;
    for (const bool with_garbage : {true, false}) {
        auto answer = gateway.forward(request());
        auto connection = gateway.api.accept();
        connection.receive_request();
        if (with_garbage) connection.send("nonsense");
        connection.close();
        check_problem(test::outcome_of(answer), 502, "bad_gateway");
    }
    auto answer = gateway.forward(request());
    auto connection = gateway.api.accept();
    connection.receive_request();
    connection.answer("{}");
    CHECK(test::outcome_of(answer).status == 200);
}

TEST_CASE("an API that is late is 504") {
    Forwarding gateway({.head_timeout_ms = std::chrono::milliseconds(50)});
    auto answer = gateway.forward(request());
    auto connection = gateway.api.accept();
    connection.receive_request();
    check_problem(test::outcome_of(answer), 504, "gateway_timeout");
}

TEST_CASE("too many requests on their way to the API are 503, to be tried again") {
    Forwarding gateway({.connections = 1, .waiting = 0});
    auto first = gateway.forward(request());
    auto connection = gateway.api.accept();
    auto second = gateway.forward(request());
    const auto refused = test::outcome_of(second);
    check_problem(refused, 503, "overloaded");
    CHECK(refused.headers.find("Retry-After"));
    connection.receive_request();
    connection.answer("{}");
    CHECK(test::outcome_of(first).status == 200);
}

TEST_CASE("a WebSocket is refused with a word on where to go") {
    Forwarding gateway;
    auto upgrade = request();
    upgrade.path = "/socket/websocket";
    upgrade.headers.add("Connection", "Upgrade");
    upgrade.headers.add("Upgrade", "websocket");
    auto answer = gateway.forward(upgrade);
    const auto refused = test::outcome_of(answer);
    check_problem(refused, 501, "not_implemented");
    CHECK(refused.body.find("connect to the port of the API") != std::string::npos);
    CHECK_FALSE(gateway.api.has_connection());
}

}  // namespace roost::gateway
