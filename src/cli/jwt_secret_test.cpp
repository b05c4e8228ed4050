#include "cli/jwt_secret.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::cli {
namespace {

Settings with(std::optional<std::string> secret) {
    Settings settings;
    settings.jwt_secret = std::move(secret);
    return settings;
}

// Why it is refused; empty when it is not.
std::string refusal_of(std::optional<std::string> secret) {
    try {
        require_real_secret(with(std::move(secret)));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a random secret is good enough") {
    for (const auto* secret :
         {"bq2c0kq9VbTn4Jr7WmZs1Ld6PfHg3Ea8",
          "q5Yq1f0dC9h3s5vOa2yQW0y2n9uLr8b4J7e6T1mKx3w=", "4f1e0c9a7b3d5826f1a4e7c0d9b2385610fedcba98765432"})
        CHECK(refusal_of(secret).empty());
}

TEST_CASE("a secret must be given, long, and no repetition of a few bytes") {
    const std::string long_enough = "abcdefghijklmnopqrstuvwxyz012345";
    CHECK(refusal_of(std::nullopt).find(" is missing:") != std::string::npos);
    CHECK(refusal_of(long_enough).empty());
    CHECK(refusal_of(long_enough.substr(1)).find(" is shorter than 32 bytes:") != std::string::npos);
    CHECK(refusal_of("").find(" is shorter than 32 bytes:") != std::string::npos);
    CHECK(refusal_of("abcdefghijabcdefghijabcdefghijabcdefghij").empty());
    CHECK(refusal_of("abcdefghiabcdefghiabcdefghiabcdefghiabcd").find(" repeats fewer than 10 ") !=
          std::string::npos);
}

TEST_CASE("a placeholder is no secret, however it is written") {
    for (const auto* placeholder : {"change-me", "changeme", "change_me", "example", "your-secret",
                                    "placeholder", "development", "Change-Me", "EXAMPLE"}) {
        const auto secret = "0123456789abcdef" + std::string(placeholder) + "0123456789abcdef";
        const auto refusal = refusal_of(secret);
        CHECK_MESSAGE(refusal.find(" is a placeholder:") != std::string::npos, placeholder);
        CHECK(refusal.find(secret) == std::string::npos);
    }
}

TEST_CASE("a refusal says how to make a good secret") {
    CHECK(refusal_of(std::nullopt).find("`openssl rand -base64 48`") != std::string::npos);
    CHECK(refusal_of(std::nullopt).find("ROOST_JWT_SECRET") != std::string::npos);
}

}  // namespace roost::cli
