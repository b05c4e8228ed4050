#include "http/router.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::http {
namespace {

Task<Response> named(std::string name, std::string value) {
    co_return json(200, name + ":" + value);
}

RouteHandler answering(std::string name) {
    return [name](const Request&, const Params& params) {
        return named(name, params.empty() ? "" : params["id"]);
    };
}

Response on_exception(std::exception_ptr, const Request&) {
    return empty(500);
}

struct Fixture {
    Router router{on_exception};

    Fixture() {
        router.add(Method::get, "/api/users/{id}", answering("user"));
        router.add(Method::get, "/api/users/me", answering("me"));
        router.add(Method::get, "/api/messages", answering("list"));
        router.add(Method::post, "/api/messages", answering("create"));
        router.add(Method::del, "/api/users/{id}", answering("remove"));
        router.add(Method::get, "/api/rooms/{id}/members", answering("members"));
        router.add_any("/socket/websocket", answering("socket"));
    }

    // The tasks of these tests never suspend.
    Response ask(Method method, std::string path) {
        Request request;
        request.method = method;
        request.path = std::move(path);
        request.request_id = "id-1";
        std::optional<Response> response;
        spawn(ask_into(request, response), [](const std::exception_ptr&) { FAIL("the router threw"); });
        REQUIRE(response.has_value());
        return std::move(*response);
    }
    Task<void> ask_into(const Request& request, std::optional<Response>& response) {
        response.emplace(co_await router.handle(request));
    }
    std::string body(Method method, std::string path) { return ask(method, std::move(path)).body; }
    int status(Method method, std::string path) { return ask(method, std::move(path)).status; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a request goes to the handler of its method and path") {
    CHECK(body(Method::get, "/api/messages") == "list:");
    CHECK(body(Method::post, "/api/messages") == "create:");
    CHECK(body(Method::get, "/api/rooms/7/members") == "members:7");
}

TEST_CASE_FIXTURE(Fixture, "an exact path goes before a parameter") {
    CHECK(body(Method::get, "/api/users/me") == "me:");
    CHECK(body(Method::get, "/api/users/%6De") == "me:");
    CHECK(body(Method::get, "/api/users/7") == "user:7");
    CHECK(body(Method::del, "/api/users/7") == "remove:7");
}

TEST_CASE_FIXTURE(Fixture, "parameters are decoded, and a plus stays a plus") {
    CHECK(body(Method::get, "/api/users/a%20b+c%C3%A9") == "user:a b+c\xc3\xa9");
    CHECK(body(Method::get, "/api/users/%2e%2e") == "user:..");
}

TEST_CASE_FIXTURE(Fixture,
                  "a path with a bad escape, a hidden slash or NUL, or without UTF-8 is refused with 400") {
    for (const std::string segment : {"%", "%zz", "%2F", "a%2fb", "%00", "%ff"}) {
        CAPTURE(segment);
        CHECK(status(Method::get, "/api/users/" + segment) == 400);
    }
    CHECK(status(Method::get, "*") == 400);
}

TEST_CASE_FIXTURE(Fixture, "an unknown path is 404 with a problem document") {
    for (const std::string path : {"/", "/api", "/api/messages/", "/api//messages", "/api/users/",
                                   "/API/messages", "/api/users/7/x", "/api/rooms//members"}) {
        CAPTURE(path);
        CHECK(status(Method::get, path) == 404);
    }
    const auto response = ask(Method::get, "/nowhere");
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.body.find("\"code\":\"not_found\"") != std::string::npos);
    CHECK(response.body.find("\"request_id\":\"id-1\"") != std::string::npos);
    CHECK(response.body.find("nowhere") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a method that a path does not answer is 405 with Allow") {
    auto response = ask(Method::patch, "/api/messages");
    CHECK(response.status == 405);
    CHECK(response.headers.find("Allow") == "GET, HEAD, POST, OPTIONS");
    CHECK(ask(Method::other, "/api/users/7").headers.find("Allow") == "GET, HEAD, DELETE, OPTIONS");
}

TEST_CASE_FIXTURE(Fixture, "HEAD is answered by the handler of GET") {
    CHECK(body(Method::head, "/api/messages") == "list:");
    CHECK(body(Method::head, "/api/users/7") == "user:7");
}

TEST_CASE_FIXTURE(Fixture, "OPTIONS says what a path answers") {
    const auto response = ask(Method::options, "/api/users/7");
    CHECK(response.status == 204);
    CHECK(response.headers.find("Allow") == "GET, HEAD, DELETE, OPTIONS");
    CHECK(response.body.empty());
    CHECK(status(Method::options, "*") == 204);
    CHECK(status(Method::options, "/nowhere") == 404);
}

TEST_CASE_FIXTURE(Fixture, "a route for any method gets all of them") {
    for (const auto method : {Method::get, Method::head, Method::put, Method::options, Method::other})
        CHECK(body(method, "/socket/websocket") == "socket:");
}

TEST_CASE("what leaves a handler is given to the function for it") {
    Router router([](std::exception_ptr exception, const Request& request) {
        try {
            std::rethrow_exception(std::move(exception));
        } catch (const std::runtime_error& error) {
            return json(503, request.path + error.what());
        }
    });
    Request request;
    request.path = "/a";
    const auto response =
        router.on_exception(std::make_exception_ptr(std::runtime_error(" is away")), request);
    CHECK(response.status == 503);
    CHECK(response.body == "/a is away");
}

}  // namespace roost::http
