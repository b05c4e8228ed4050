#include "core/result.hpp"

#include <doctest/doctest.h>

#include <set>

namespace roost {
namespace {

std::vector<Errc> all() {
    std::vector<Errc> codes;
    for (std::size_t i = 0; i < errc_count; ++i) codes.push_back(static_cast<Errc>(i));
    return codes;
}

}  // namespace

TEST_CASE("every error code has a row of its own, with an error status, a title and one sentence") {
    std::set<std::string_view> codes;
    for (const auto errc : all()) {
        const auto& kind = kind_of(errc);
        CAPTURE(kind.code);
        CHECK(kind.errc == errc);
        CHECK(codes.insert(kind.code).second);
        CHECK(kind.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK(kind.status >= 400);
        CHECK(kind.status < 600);
        CHECK_FALSE(kind.title.empty());
        CHECK(kind.detail.ends_with('.'));
    }
}

TEST_CASE("what clients decide by has the status of the contract") {
    CHECK(kind_of(Errc::malformed_json).status == 400);
    CHECK(kind_of(Errc::unauthorized).status == 401);
    CHECK(kind_of(Errc::invalid_credentials).status == 401);
    CHECK(kind_of(Errc::forbidden).status == 403);
    CHECK(kind_of(Errc::room_not_found).status == 404);
    CHECK(kind_of(Errc::message_not_found).status == 404);
    CHECK(kind_of(Errc::method_not_allowed).status == 405);
    CHECK(kind_of(Errc::email_taken).status == 409);
    CHECK(kind_of(Errc::body_too_large).status == 413);
    CHECK(kind_of(Errc::unsupported_media_type).status == 415);
    CHECK(kind_of(Errc::invalid_input).status == 422);
    CHECK(kind_of(Errc::rate_limited).status == 429);
    CHECK(kind_of(Errc::internal).status == 500);
    CHECK(kind_of(Errc::unavailable).status == 503);
    CHECK(kind_of(Errc::overloaded).status == 503);
}

TEST_CASE("a problem without a code is an internal one") {
    CHECK(Problem().errc() == Errc::internal);
}

TEST_CASE("a result holds a value or a problem with its faults") {
    const Result<int> good = 7;
    CHECK(good.has_value());
    CHECK(*good == 7);

    const std::vector<Fault> faults{{"/room", "format", "must be a slug"}};
    const Result<int> bad = Problem(Errc::invalid_input, faults);
    REQUIRE(bad.has_error());
    CHECK(bad.error().errc() == Errc::invalid_input);
    CHECK(bad.error().kind().status == 422);
    CHECK(bad.error().faults() == faults);
    // Also where the problem is a temporary that ends before the loop does.
    for (const auto& fault : bad.error().faults()) CHECK(fault == faults.front());
}

TEST_CASE("taking the value of a failed result is a programmer's error") {
    const Result<int> bad = Errc::not_found;
    CHECK_THROWS_AS(static_cast<void>(bad.value()), std::logic_error);
}

}  // namespace roost
