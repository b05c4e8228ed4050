#include "auth/access_token.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace roost::auth {
namespace {

const std::string secret(48, 's');
const Timestamp now{1'769'847'330'000'001};
constexpr std::int64_t now_s = 1'769'847'330;
constexpr auto session = "3f2c8a52-4c0d-4b6e-9d53-3d1a0f4b7c11";

std::string base64url(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const auto length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    while (text.ends_with('=')) text.pop_back();
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

std::string hmac(const EVP_MD* digest, const std::string& key, std::string_view text) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes, &size);
    return {reinterpret_cast<const char*>(bytes), size};
}

// Made without libjwt, so that what is refused is refused for the reason named.
std::string token(std::string_view header, std::string_view claims, const EVP_MD* digest = EVP_sha512(),
                  const std::string& key = secret) {
    const auto text = base64url(header) + '.' + base64url(claims);
    return text + '.' + base64url(hmac(digest, key, text));
}

constexpr auto hs512 = R"({"alg":"HS512","typ":"JWT"})";

// Good claims, with one member replaced by `instead` (nothing: left out).
std::string claims(std::string_view name = {}, std::string_view instead = {}) {
    const std::pair<std::string_view, std::string> good[] = {{"iss", R"("roost")"},
                                                             {"aud", R"("roost")"},
                                                             {"sub", R"("42")"},
                                                             {"typ", R"("access")"},
                                                             {"iat", fmt::to_string(now_s)},
                                                             {"nbf", fmt::to_string(now_s)},
                                                             {"exp", fmt::to_string(now_s + 60)},
                                                             {"jti", R"("j")"},
                                                             {"sid", fmt::format(R"("{}")", session)}};
    std::string text;
    for (const auto& [key, value] : good) {
        if (key == name && instead.empty()) continue;
        text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",", key, key == name ? instead : value);
    }
    return '{' + text + '}';
}

bool is_accepted(std::string_view text, Timestamp at = now) {
    const auto identity = AccessTokens(secret).verify(text, at);
    if (!identity) CHECK(identity.error().errc() == Errc::unauthorized);
    return identity.has_value();
}

}  // namespace

TEST_CASE("an issued token says for whom and how long") {
    const AccessTokens tokens(secret);
    const auto identity = tokens.verify(tokens.issue(UserId{42}, session, now), now);
    REQUIRE(identity.has_value());
    CHECK(identity->user == UserId{42});
    CHECK(identity->session == session);
    CHECK(identity->expires_at.unix_us() == (now_s + 15 * 60) * 1'000'000);
    CHECK(tokens.issue(UserId{42}, session, now) != tokens.issue(UserId{42}, session, now));
}

TEST_CASE("a token made elsewhere with the same secret and claims is accepted") {
    CHECK(is_accepted(token(hs512, claims())));
}

TEST_CASE("a token is good from its nbf to before its exp") {
    const auto text = AccessTokens(secret).issue(UserId{1}, session, now);
    const auto after = [](std::int64_t seconds) { return Timestamp{(now_s + seconds) * 1'000'000}; };
    CHECK(is_accepted(text, after(0)));
    CHECK(is_accepted(text, after(15 * 60 - 1)));
    CHECK_FALSE(is_accepted(text, after(15 * 60)));
    CHECK_FALSE(is_accepted(text, after(-1)));
}

TEST_CASE("another secret's token is refused") {
    const AccessTokens other(std::string(48, 't'));
    CHECK_FALSE(is_accepted(other.issue(UserId{1}, session, now)));
    CHECK_FALSE(is_accepted(token(hs512, claims(), EVP_sha512(), secret + 's')));
    CHECK_FALSE(is_accepted(token(hs512, claims(), EVP_sha512(), "")));
}

TEST_CASE("only HS512 is accepted, whatever the token asks for") {
    for (const auto* header : {R"({"alg":"none","typ":"JWT"})", R"({"alg":"NONE"})", R"({"alg":"nOnE"})",
                               R"({"typ":"JWT"})", R"({"alg":null})", R"({"alg":"RS256"})", R"({"alg":""})",
                               R"({"alg":"HS256"})", R"({"alg":"HS512 "})", R"([])", "HS512", ""}) {
        CAPTURE(header);
        const auto unsigned_text = base64url(header) + '.' + base64url(claims());
        CHECK_FALSE(is_accepted(unsigned_text + '.'));
        CHECK_FALSE(is_accepted(unsigned_text));
        CHECK_FALSE(is_accepted(token(header, claims())));
    }
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS256"})", claims(), EVP_sha256())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS384"})", claims(), EVP_sha384())));
}

TEST_CASE("a token that names a key is refused, for there is one key and it has no name") {
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS512","kid":"1"})", claims())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS512","kid":""})", claims())));
}

TEST_CASE("a token with any part changed is refused") {
    const auto good = AccessTokens(secret).issue(UserId{42}, session, now);
    const auto first_dot = good.find('.');
    const auto second_dot = good.find('.', first_dot + 1);
    const auto signature = good.substr(second_dot);
    const auto header = good.substr(0, first_dot);
    CHECK_FALSE(is_accepted(header + '.' + base64url(claims("sub", R"("1")")) + signature));
    for (const auto at : {first_dot - 1, first_dot + 5, second_dot - 1, second_dot + 1, good.size() - 1}) {
        auto changed = good;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        CHECK_FALSE(is_accepted(changed));
    }
    for (std::size_t size = 0; size < good.size(); size += 7) CHECK_FALSE(is_accepted(good.substr(0, size)));
    CHECK_FALSE(is_accepted(good + 'A'));
    CHECK_FALSE(is_accepted(good + "."));
    CHECK_FALSE(is_accepted("Bearer " + good));
    CHECK_FALSE(is_accepted(good.substr(0, second_dot)));
}

TEST_CASE("each claim that matters must be there and right") {
    for (const auto* name : {"iss", "aud", "sub", "typ", "exp", "sid"}) {
        CAPTURE(name);
        CHECK_FALSE(is_accepted(token(hs512, claims(name))));
        for (const auto* wrong : {R"("")", "null", R"("other")", "[]", "{}", "true"}) {
            CAPTURE(wrong);
            if (std::string_view(name) == "sid" && std::string_view(wrong) == R"("other")") continue;
            CHECK_FALSE(is_accepted(token(hs512, claims(name, wrong))));
        }
    }
    CHECK_FALSE(is_accepted(token(hs512, claims("typ", R"("refresh")"))));
    for (const auto* subject :
         {R"("0")", R"("-1")", R"("42x")", R"(" 42")", R"("9223372036854775808")", "42"})
        CHECK_FALSE(is_accepted(token(hs512, claims("sub", subject))));
}

TEST_CASE("times that make no sense are refused") {
    for (const auto* expires : {"0", "-1", R"("9999999999")", "9223372036854775807", "9223372036855"})
        CHECK_FALSE(is_accepted(token(hs512, claims("exp", expires))));
    CHECK_FALSE(is_accepted(token(hs512, claims("nbf", "9999999999"))));
}

TEST_CASE("what is no token at all is refused") {
    using namespace std::string_view_literals;
    for (const auto text : {""sv, "."sv, ".."sv, "..."sv, "a.b.c"sv, "\0"sv, "\xff\xfe.\x80.\x81"sv,
                            "eyJhbGciOiJIUzUxMiJ9..."sv})
        CHECK_FALSE(is_accepted(text));
    CHECK_FALSE(is_accepted(token(hs512, "not json")));
    CHECK_FALSE(is_accepted(token(hs512, "[1]")));
    CHECK_FALSE(is_accepted(token(hs512, "\"text\"")));
}

TEST_CASE("a good token followed by a NUL and more is refused") {
    const auto good = AccessTokens(secret).issue(UserId{42}, session, now);
    CHECK_FALSE(is_accepted(good + std::string(1, '\0')));
    CHECK_FALSE(is_accepted(good + std::string(1, '\0') + "more"));
}

TEST_CASE("a token longer than the limit is refused although it is signed") {
    const auto of_jti = [](std::size_t size) {
        return token(hs512, claims("jti", '"' + std::string(size, 'j') + '"'));
    };
    std::size_t size = 2'000;
    while (of_jti(size).size() < AccessTokens::most_bytes - 8) ++size;
    CHECK(is_accepted(of_jti(size)));
    CHECK_FALSE(is_accepted(of_jti(size + 12)));
}

TEST_CASE("a short secret is refused") {
    CHECK_THROWS_AS(AccessTokens(std::string(31, 's')), std::invalid_argument);
    CHECK_THROWS_AS(AccessTokens(""), std::invalid_argument);
    CHECK_NOTHROW(AccessTokens(std::string(32, 's')));
}

TEST_CASE("a secret's bytes all count, also behind a NUL") {
    const auto with_nul = [](char last) { return std::string(31, 's') + '\0' + std::string(16, last); };
    const AccessTokens one(with_nul('a'));
    const AccessTokens other(with_nul('b'));
    const auto issued = one.issue(UserId{1}, session, now);
    CHECK(one.verify(issued, now).has_value());
    CHECK_FALSE(other.verify(issued, now).has_value());
}

}  // namespace roost::auth
