#include "http/problem.hpp"

#include <doctest/doctest.h>

namespace roost::http {

TEST_CASE("a problem is a document of RFC 9457 with its code and request id") {
    const auto response = problem(Errc::room_not_found, "abc");
    CHECK(response.status == 404);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.body == R"({"type":"/problems/room_not_found","title":"Room not found","status":404,)"
                           R"("detail":"There is no such room, or the caller is not a member of it.",)"
                           R"("code":"room_not_found","request_id":"abc"})");
    CHECK(response.headers.size() == 0);
    CHECK_FALSE(response.close);
}

TEST_CASE("a problem lists all its faults") {
    const Problem two(Errc::invalid_input,
                      {{"/content", "required", "Is missing."}, {"/a\"b", "type", "Must be a text."}});
    const auto response = problem(two, "abc");
    CHECK(response.status == 422);
    CHECK(response.body.ends_with(
        R"(,"errors":[{"pointer":"/content","code":"required","detail":"Is missing."},)"
        R"({"pointer":"/a\"b","code":"type","detail":"Must be a text."}]})"));
}

TEST_CASE("401 says how to authenticate, 429 and 503 when to come back") {
    CHECK(problem(Errc::unauthorized, "").headers.find("WWW-Authenticate") == "Bearer");
    CHECK(problem(Errc::rate_limited, "").headers.find("Retry-After") == "1");
    CHECK(problem(Problem::limited_for(std::chrono::seconds(90)), "").headers.find("Retry-After") == "90");
    CHECK(problem(Errc::unavailable, "").headers.find("Retry-After") == "1");
    CHECK(problem(Errc::forbidden, "").headers.size() == 0);
}

TEST_CASE("a refusal is a problem that closes the connection") {
    const auto response = problem(refusal::version, "abc");
    CHECK(response.status == 505);
    CHECK(response.close);
    CHECK(response.body.find(R"("code":"version_not_supported")") != std::string::npos);
}

}  // namespace roost::http
