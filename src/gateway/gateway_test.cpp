#include "gateway/gateway.hpp"

#include "http/problem.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::gateway {
namespace {

const std::string page = "https://app.example.com";

// Answers with the path, or what it is told.
class Echo final : public Upstream {
public:
    Task<http::Response> forward(const http::Request& request) override {
        ++asked;
        if (status == 502) co_return http::problem(Errc::bad_gateway, request.request_id);
        co_return http::json(status, request.path);
    }
    int status = 200;
    int asked = 0;
};

http::Request request(std::string path, http::Method method = http::Method::get) {
    http::Request request;
    request.method = method;
    request.target = path;
    request.path = std::move(path);
    request.request_id = "r-1";
    request.headers.add("Origin", page);
    return request;
}

Task<void> keep(Task<http::Response> task, std::optional<http::Response>& out) {
    out.emplace(co_await task);
}

struct Tier {
    http::AllowedOrigins origins{{page}};
    Echo api;
    net::Gate gate;
    Gateway gateway{api, origins, gate};

    http::Response ask(const http::Request& request) {
        std::optional<http::Response> answer;
        spawn(keep(gateway.handle(request), answer), [](const std::exception_ptr&) { FAIL("it threw"); });
        REQUIRE(answer);
        return std::move(*answer);
    }
};

}  // namespace

TEST_CASE("what the gateway has no answer for goes to the API") {
    Tier tier;
    for (const auto* path : {"/api/health", "/api/messages", "/socket/websocket", "/nothing", "/health/",
                             "/healthy", "/api", "/", "/%00"})
        CHECK_MESSAGE(tier.ask(request(path)).body == path, path);
    CHECK(tier.ask(request("/api/health", http::Method::post)).body == "/api/health");
}

TEST_CASE("the gateway's own health is its own, also when the API is away") {
    Tier tier;
    tier.api.status = 502;
    for (const auto* path : {"/health", "/health/live", "/%68ealth"}) {
        const auto answer = tier.ask(request(path));
        CHECK(answer.status == 200);
        CHECK(answer.content_type == "application/json");
        CHECK(answer.body.find(R"("service":"roost-gateway")") != std::string::npos);
        CHECK(answer.body.find(R"("status":"ok")") != std::string::npos);
    }
    CHECK(tier.api.asked == 0);
    const auto refused = tier.ask(request("/health", http::Method::post));
    CHECK(refused.status == 405);
    CHECK(refused.headers.find("Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("the gateway is ready when the API says that it is") {
    Tier tier;
    CHECK(tier.ask(request("/health/ready")).status == 200);
    CHECK(tier.api.asked == 1);
    for (const int status : {503, 502, 404, 500}) {
        tier.api.status = status;
        const auto answer = tier.ask(request("/health/ready"));
        CHECK(answer.status == 503);
        CHECK(answer.body.find(R"("service":"roost-gateway")") != std::string::npos);
        CHECK(answer.body.find("the API is not ready") != std::string::npos);
    }
}

TEST_CASE("routes of its own go before the API, but not below /api/") {
    Tier tier;
    const auto own = [](const http::Request&, const http::Params&) -> Task<http::Response> {
        co_return http::json(200, "own");
    };
    tier.gateway.own().add(http::Method::get, "/own", own);
    tier.gateway.own().add(http::Method::get, "/api/own", own);
    CHECK(tier.ask(request("/own")).body == "own");
    CHECK(tier.ask(request("/api/own")).body == "/api/own");
}

TEST_CASE("pages of the list may read every answer, errors and exceptions too") {
    Tier tier;
    const auto may_read = [](const http::Response& answer) {
        return answer.headers.find("Access-Control-Allow-Origin") == page &&
               answer.headers.find("Vary") == "Origin";
    };
    CHECK(may_read(tier.ask(request("/api/health"))));
    CHECK(may_read(tier.ask(request("/health"))));
    CHECK(may_read(tier.ask(request("/health", http::Method::del))));
    tier.api.status = 502;
    const auto answer = tier.ask(request("/api/health"));
    CHECK(answer.status == 502);
    CHECK(may_read(answer));
    const auto thrown = std::make_exception_ptr(std::runtime_error("a secret"));
    CHECK(may_read(tier.gateway.on_exception(thrown, request("/api/health"))));
    auto foreign = request("/api/health");
    foreign.headers.clear();
    foreign.headers.add("Origin", "https://evil.example.com");
    CHECK_FALSE(tier.ask(foreign).headers.find("Access-Control-Allow-Origin"));
}

TEST_CASE("a preflight is answered without the API") {
    Tier tier;
    auto preflight = request("/api/messages", http::Method::options);
    preflight.headers.add("Access-Control-Request-Method", "POST");
    CHECK(tier.ask(preflight).status == 204);
    CHECK(tier.api.asked == 0);
}

}  // namespace roost::gateway
