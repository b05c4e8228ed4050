#include "auth/access_token.hpp"

#include "auth/jwt_fixture.hpp"

#include <doctest/doctest.h>

namespace roost::auth {

using namespace testing;

namespace {

bool is_accepted_by(const AccessTokens& tokens, std::string_view text, Timestamp at = now) {
    const auto identity = tokens.verify(text, at);
    if (!identity) CHECK(identity.error().errc() == Errc::unauthorized);
    return identity.has_value();
}

bool is_accepted(std::string_view text, Timestamp at = now) {
    return is_accepted_by(AccessTokens(secret), text, at);
}

std::string kid_of(const std::string& text) {
    return read_header(text)->kid.value_or("");
}

AccessTokens with_secrets(const std::string& current, std::vector<std::string> old) {
    return AccessTokens(TokenOptions{.secret = current, .old_secrets = std::move(old), .public_keys = {}});
}

}  // namespace

TEST_CASE("an issued token says for whom and how long") {
    const AccessTokens tokens(secret);
    const auto identity = tokens.verify(tokens.issue(UserId{42}, session, now), now);
    REQUIRE(identity.has_value());
    CHECK(identity->user == UserId{42});
    CHECK(identity->session.str() == session);
    CHECK(identity->issued_at.unix_us() == now_s * 1'000'000);
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
        const auto unsigned_text = to_base64url(header) + '.' + to_base64url(claims());
        CHECK_FALSE(is_accepted(unsigned_text + '.'));
        CHECK_FALSE(is_accepted(unsigned_text));
        CHECK_FALSE(is_accepted(token(header, claims())));
    }
    // libjwt reads the name in any case.
    CHECK_FALSE(is_accepted(token(R"({"alg":"hs512"})", claims())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS256"})", claims(), EVP_sha256())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS384"})", claims(), EVP_sha384())));
}

TEST_CASE("an issued token names its secret, which tells two secrets apart and nothing else") {
    const auto kid = kid_of(AccessTokens(secret).issue(UserId{1}, session, now));
    CHECK(kid.size() == 12);
    CHECK(kid == kid_of(AccessTokens(secret).issue(UserId{2}, session, now)));
    CHECK(kid != kid_of(AccessTokens(secret + 's').issue(UserId{1}, session, now)));
}

TEST_CASE("a token that names another key than the one that signed it is refused") {
    const auto kid = kid_of(AccessTokens(secret).issue(UserId{1}, session, now));
    const auto naming = [](const std::string& name) {
        return token(fmt::format(R"({{"alg":"HS512","kid":{}}})", name), claims());
    };
    CHECK(is_accepted(naming('"' + kid + '"')));
    for (const std::string name : {R"("")", R"("1")", "null", "1", "[]", R"("../../etc/passwd")",
                                   R"("/dev/null")", R"("' OR 1=1")", R"("\u0000")"})
        CHECK_FALSE(is_accepted(naming(name)));
    CHECK_FALSE(is_accepted(naming('"' + kid.substr(0, 11) + '"')));
    CHECK_FALSE(is_accepted(naming('"' + kid + R"(\u0000")")));
}

TEST_CASE("a new secret logs nobody out while the old one is kept") {
    const std::string old_secret(40, 'o');
    const auto before = AccessTokens(old_secret).issue(UserId{42}, session, now);
    const auto during = with_secrets(secret, {std::string(50, 'p'), old_secret});
    CHECK(is_accepted_by(during, before));
    CHECK(is_accepted_by(during, token(hs512, claims(), EVP_sha512(), old_secret)));
    CHECK(is_accepted_by(during, token(hs512, claims(), EVP_sha512(), secret)));
    // What is issued now is signed with the new one alone.
    const auto issued = during.issue(UserId{42}, session, now);
    CHECK(is_accepted(issued));
    CHECK_FALSE(is_accepted_by(AccessTokens(old_secret), issued));
    CHECK_FALSE(is_accepted(before));
    CHECK_FALSE(is_accepted_by(during, token(hs512, claims(), EVP_sha512(), std::string(40, 'x'))));
}

TEST_CASE("a token that names one secret and is signed with another of ours is refused") {
    const std::string old_secret(40, 'o');
    const auto tokens = with_secrets(secret, {old_secret});
    const auto header =
        fmt::format(R"({{"alg":"HS512","kid":"{}"}})", kid_of(tokens.issue(UserId{1}, session, now)));
    CHECK(is_accepted_by(tokens, token(header, claims(), EVP_sha512(), secret)));
    CHECK_FALSE(is_accepted_by(tokens, token(header, claims(), EVP_sha512(), old_secret)));
}

TEST_CASE("a secret that is listed again is the same one") {
    const auto tokens = with_secrets(secret, {secret, secret});
    CHECK(is_accepted_by(tokens, tokens.issue(UserId{1}, session, now)));
}

TEST_CASE("a token with any part changed is refused") {
    const auto good = AccessTokens(secret).issue(UserId{42}, session, now);
    const auto first_dot = good.find('.');
    const auto second_dot = good.find('.', first_dot + 1);
    const auto signature = good.substr(second_dot);
    const auto header = good.substr(0, first_dot);
    CHECK_FALSE(is_accepted(header + '.' + to_base64url(claims("sub", R"("1")")) + signature));
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
        for (const auto* wrong : {R"("")", "null", R"("other")", "[]", R"(["other"])", "{}", "true", "1"}) {
            CAPTURE(wrong);
            CHECK_FALSE(is_accepted(token(hs512, claims(name, wrong))));
        }
    }
    CHECK_FALSE(is_accepted(token(hs512, claims("typ", R"("refresh")"))));
    for (const auto* subject : {R"("0")", R"("-1")", R"("42x")", R"(" 42")", R"("9223372036854775808")",
                                R"("042")", R"("+42")", R"("42\u0000")", R"("4\u00a02")", "42"})
        CHECK_FALSE(is_accepted(token(hs512, claims("sub", subject))));
}

TEST_CASE("an audience may be a list that holds ours, of texts alone") {
    CHECK(is_accepted(token(hs512, claims("aud", R"(["roost"])"))));
    CHECK(is_accepted(token(hs512, claims("aud", R"(["other","roost"])"))));
    for (const auto* wrong : {R"(["roost",1])", R"([null,"roost"])", R"([["roost"]])", R"({"roost":"roost"})",
                              R"("roost other")", R"("Roost")"})
        CHECK_FALSE(is_accepted(token(hs512, claims("aud", wrong))));
}

TEST_CASE("issuer and audience are those that were configured, whatever characters they have") {
    const AccessTokens tokens(TokenOptions{.secret = secret,
                                           .old_secrets = {},
                                           .public_keys = {},
                                           .issuer = R"(https://a"b\c)",
                                           .audience = "x\ny"});
    CHECK(is_accepted_by(tokens, tokens.issue(UserId{42}, session, now)));
    CHECK_FALSE(is_accepted_by(tokens, token(hs512, claims())));
    CHECK_FALSE(is_accepted(tokens.issue(UserId{42}, session, now)));
}

TEST_CASE("times that make no sense are refused") {
    for (const std::string expires :
         {"0", "-1", R"("9999999999")", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
          "9223372036855", "1e10", "1769847390.0", "1769847390.5", "1e400", "99999999999999999999999999"})
        CHECK_FALSE(is_accepted(token(hs512, claims("exp", expires))));
    for (const auto* name : {"nbf", "iat"}) {
        CAPTURE(name);
        CHECK(is_accepted(token(hs512, claims(name))));
        CHECK(is_accepted(token(hs512, claims(name, "0"))));
        CHECK(is_accepted(token(hs512, claims(name, "-9223372036854775808"))));
        for (const auto* wrong : {"1769847331", "9999999999", "9223372036854775807", "1769847330.0", R"("1")",
                                  "null", "true", "[1]"})
            CHECK_FALSE(is_accepted(token(hs512, claims(name, wrong))));
    }
}

TEST_CASE("a token of our secret is good for no longer than a revocation is remembered") {
    const auto until = [](std::int64_t seconds) { return claims("exp", fmt::to_string(now_s + seconds)); };
    CHECK(is_accepted(token(hs512, until(15 * 60))));
    CHECK_FALSE(is_accepted(token(hs512, until(15 * 60 + 1))));
}

TEST_CASE("a session is a UUID") {
    for (const auto* wrong : {R"("3F2C8A52-4C0D-4B6E-9D53-3D1A0F4B7C11")",
                              R"("3f2c8a524c0d4b6e9d533d1a0f4b7c11")", R"("' OR 1=1 --")"})
        CHECK_FALSE(is_accepted(token(hs512, claims("sid", wrong))));
}

TEST_CASE("a claim given twice is refused, whichever is right") {
    for (const auto* name : {"iss", "aud", "sub", "typ", "iat", "nbf", "exp", "jti", "sid"}) {
        CAPTURE(name);
        auto twice = claims();
        twice.pop_back();
        const auto start = twice.find(fmt::format("\"{}\"", name));
        const auto end = std::min(twice.find(',', start), twice.size());
        CHECK_FALSE(is_accepted(token(hs512, twice + ',' + twice.substr(start, end - start) + '}')));
    }
    // "sub" by another spelling of the same name.
    CHECK_FALSE(is_accepted(token(hs512, R"({"\u0073ub":"1",)" + claims().substr(1))));
    CHECK_FALSE(is_accepted(token(R"({"alg":"none","alg":"HS512"})", claims())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS512","alg":"HS512"})", claims())));
}

TEST_CASE("an extension that must be understood is not") {
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS512","crit":["exp"],"exp":1})", claims())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS512","crit":[]})", claims())));
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

TEST_CASE("a short secret is refused, an old one too") {
    CHECK_THROWS_AS(AccessTokens(std::string(31, 's')), std::invalid_argument);
    CHECK_THROWS_AS(AccessTokens(""), std::invalid_argument);
    CHECK_NOTHROW(AccessTokens(std::string(32, 's')));
    CHECK_THROWS_AS(with_secrets(secret, {std::string(31, 'o')}), std::invalid_argument);
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
