#include "auth/access_token.hpp"
#include "auth/jwt_fixture.hpp"

#include <doctest/doctest.h>

namespace roost::auth {

using namespace testing;

namespace {

const Signer& rsa() {
    static const auto signer = Signer::rsa();
    return signer;
}
const Signer& ec() {
    static const auto signer = Signer::ec();
    return signer;
}

constexpr auto rs256 = R"({"alg":"RS256","typ":"JWT","kid":"rsa-1"})";
constexpr auto es256 = R"({"alg":"ES256","typ":"JWT","kid":"ec-1"})";

const AccessTokens& tokens() {
    static const AccessTokens with_keys(
        TokenOptions{.secret = secret,
                     .old_secrets = {},
                     .public_keys = {{"rsa-1", KeyAlgorithm::rs256, rsa().public_pem()},
                                     {"ec-1", KeyAlgorithm::es256, ec().public_pem()}}});
    return with_keys;
}

bool is_accepted(std::string_view text, Timestamp at = now) {
    const auto identity = tokens().verify(text, at);
    if (!identity) CHECK(identity.error().errc() == Errc::unauthorized);
    return identity.has_value();
}

}  // namespace

TEST_CASE("a token signed elsewhere with RS256 or ES256 speaks for its user, and names no session of ours") {
    for (const auto& text : {rsa().token(rs256, claims()), ec().token(es256, claims())}) {
        const auto identity = tokens().verify(text, now);
        REQUIRE(identity.has_value());
        CHECK(identity->user == UserId{42});
        CHECK(identity->session.is_none());
        CHECK(identity->issued_at.unix_s() == now_s);
        CHECK(identity->expires_at.unix_s() == now_s + 60);
    }
    CHECK(is_accepted(rsa().token(rs256, claims("sid"))));
    CHECK(is_accepted(ec().token(es256, claims("sid", R"("any text")"))));
    CHECK_FALSE(is_accepted(ec().token(es256, claims("sid", "1"))));
}

TEST_CASE("with public keys there are, our own tokens are accepted as ever") {
    CHECK(is_accepted(tokens().issue(UserId{1}, session, now)));
    CHECK(is_accepted(token(hs512, claims())));
    CHECK_FALSE(is_accepted(token(hs512, claims("sid"))));
}

TEST_CASE("a public key used as if it were a secret signs nothing") {
    for (const auto& pem : {rsa().public_pem(), ec().public_pem()})
        for (const auto* kid : {"rsa-1", "ec-1"})
            for (const auto& key : {pem, pem.substr(0, pem.size() - 1)}) {
                CHECK_FALSE(is_accepted(
                    token(fmt::format(R"({{"alg":"HS512","kid":"{}"}})", kid), claims(), EVP_sha512(), key)));
                CHECK_FALSE(is_accepted(
                    token(fmt::format(R"({{"alg":"HS256","kid":"{}"}})", kid), claims(), EVP_sha256(), key)));
                CHECK_FALSE(is_accepted(token(hs512, claims(), EVP_sha512(), key)));
                CHECK_FALSE(is_accepted(token(rs256, claims(), EVP_sha512(), key)));
            }
}

TEST_CASE("a key verifies its own algorithm alone") {
    // Header and signature fit each other; the key they name is of the other kind, or ours.
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"RS256","kid":"ec-1"})", claims())));
    CHECK_FALSE(is_accepted(ec().token(R"({"alg":"ES256","kid":"rsa-1"})", claims())));
    CHECK_FALSE(is_accepted(ec().token(R"({"alg":"RS256","kid":"ec-1"})", claims())));
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"PS256","kid":"rsa-1"})", claims())));
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"RS512","kid":"rsa-1"})", claims())));
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"none","kid":"rsa-1"})", claims())));
    const auto kid = *read_header(tokens().issue(UserId{1}, session, now))->kid;
    CHECK_FALSE(is_accepted(rsa().token(fmt::format(R"({{"alg":"RS256","kid":"{}"}})", kid), claims())));
    CHECK_FALSE(is_accepted(token(R"({"alg":"HS512","kid":"rsa-1"})", claims())));
}

TEST_CASE("a token signed elsewhere names its key") {
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"RS256"})", claims())));
    CHECK_FALSE(is_accepted(ec().token(R"({"alg":"ES256"})", claims())));
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"RS256","kid":"rsa-2"})", claims())));
    CHECK_FALSE(is_accepted(rsa().token(R"({"alg":"RS256","kid":"./rsa-1"})", claims())));
}

TEST_CASE("another key's signature, and a changed one, are refused") {
    CHECK_FALSE(is_accepted(Signer::rsa().token(rs256, claims())));
    CHECK_FALSE(is_accepted(Signer::ec().token(es256, claims())));
    for (const auto& good : {rsa().token(rs256, claims()), ec().token(es256, claims())}) {
        const auto dot = good.rfind('.');
        const auto head = good.substr(0, good.find('.'));
        CHECK_FALSE(is_accepted(head + '.' + to_base64url(claims("sub", R"("1")")) + good.substr(dot)));
        CHECK_FALSE(is_accepted(good.substr(0, dot + 1)));
        CHECK_FALSE(is_accepted(good.substr(0, dot)));
        for (const auto at : {dot + 1, dot + 20, good.size() - 4}) {
            auto changed = good;
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            CHECK_FALSE(is_accepted(changed));
        }
        CHECK_FALSE(is_accepted(good.substr(0, good.size() - 4)));
        CHECK_FALSE(is_accepted(good + "AAAA"));
    }
    // The numbers of an ES256 signature may not be nothing.
    const auto text = to_base64url(es256) + '.' + to_base64url(claims());
    CHECK_FALSE(is_accepted(text + '.' + to_base64url(std::string(64, '\0'))));
}

TEST_CASE("the claims of a token signed elsewhere must be right as well") {
    for (const auto* name : {"iss", "aud", "sub", "typ", "exp"}) {
        CAPTURE(name);
        CHECK_FALSE(is_accepted(ec().token(es256, claims(name))));
        CHECK_FALSE(is_accepted(ec().token(es256, claims(name, R"("other")"))));
    }
    CHECK_FALSE(is_accepted(ec().token(es256, claims("nbf", fmt::to_string(now_s + 1)))));
    CHECK_FALSE(is_accepted(ec().token(es256, claims()), now + std::chrono::seconds(60)));
}

TEST_CASE("a token signed elsewhere may be good for a day") {
    const auto until = [](std::int64_t seconds) {
        return ec().token(es256, claims("exp", fmt::to_string(now_s + seconds)));
    };
    CHECK(is_accepted(until(24 * 60 * 60)));
    CHECK_FALSE(is_accepted(until(24 * 60 * 60 + 1)));
}

TEST_CASE("a token that does not say when it was issued counts as issued long ago") {
    const auto identity = tokens().verify(ec().token(es256, claims("iat")), now);
    REQUIRE(identity.has_value());
    CHECK(identity->issued_at == Timestamp{0});
}

TEST_CASE("two keys of one name are refused") {
    const auto kid = *read_header(AccessTokens(secret).issue(UserId{1}, session, now))->kid;
    for (const auto& name : {kid, std::string("ec-1")})
        CHECK_THROWS_AS(
            AccessTokens(TokenOptions{.secret = secret,
                                      .old_secrets = {},
                                      .public_keys = {{"ec-1", KeyAlgorithm::es256, ec().public_pem()},
                                                      {name, KeyAlgorithm::rs256, rsa().public_pem()}}}),
            std::invalid_argument);
}

}  // namespace roost::auth
