#include "auth/verified_tokens.hpp"

#include "auth/random.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace roost::auth {
namespace {

constexpr Timestamp now{1'000'000'000};

Identity identity_of(std::int64_t user, Timestamp expires_at = now + std::chrono::seconds(60)) {
    return {UserId{user}, SessionId(), now, expires_at};
}

}  // namespace

TEST_CASE("a verified token is known until the moment it expires") {
    VerifiedTokens tokens;
    const auto digest = sha256("token");
    CHECK(tokens.find(digest, now) == nullptr);
    tokens.add(digest, identity_of(42));
    REQUIRE(tokens.find(digest, now) != nullptr);
    CHECK(tokens.find(digest, now)->user == UserId{42});
    CHECK(tokens.find(digest, now + std::chrono::microseconds(59'999'999)) != nullptr);
    CHECK(tokens.find(digest, now + std::chrono::seconds(60)) == nullptr);
    CHECK(tokens.size() == 0);
}

TEST_CASE("a digest that differs in its last byte alone is another token") {
    VerifiedTokens tokens;
    auto digest = sha256("token");
    tokens.add(digest, identity_of(42));
    digest.back() = static_cast<char>(digest.back() ^ 1);
    CHECK(tokens.find(digest, now) == nullptr);
}

TEST_CASE("the tokens remembered are bounded, and those in use stay") {
    VerifiedTokens tokens(100);
    const auto used = sha256("used");
    tokens.add(used, identity_of(1));
    for (int i = 0; i < 1'000; ++i) {
        tokens.add(sha256(fmt::to_string(i)), identity_of(2));
        REQUIRE(tokens.find(used, now) != nullptr);
        CHECK(tokens.size() <= 100);
    }
    CHECK(tokens.find(sha256("0"), now) == nullptr);
    CHECK(tokens.find(sha256("999"), now) != nullptr);
}

}  // namespace roost::auth
