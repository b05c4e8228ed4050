// Any bytes as an access token; and its first line as a header and the rest as claims, signed with every key
// that a forger could have, and with the right one.
#include "auth/access_token.hpp"
#include "auth/jwt_fixture.hpp"
#include "auth/random.hpp"

#include <algorithm>
#include <cassert>

namespace roost {
namespace {

using namespace roost::auth;

const std::string public_key = testing::Signer::ec().public_pem();
const AccessTokens tokens({.secret = testing::secret,
                           .old_secrets = {},
                           .public_keys = {{"k", KeyAlgorithm::es256, public_key}}});

bool is_accepted(std::string_view token) {
    const auto identity = tokens.verify(token, testing::now);
    if (!identity) {
        assert(identity.error().errc() == Errc::unauthorized);
        return false;
    }
    assert(token.size() <= AccessTokens::most_bytes);
    assert(identity->user.value() >= 1);
    assert(is_uuid(identity->session.str()));
    const auto seconds_left = identity->expires_at.unix_s() - testing::now_s;
    assert(seconds_left > 0 && seconds_left <= AccessTokens::lifetime.count());
    assert(identity->issued_at <= testing::now);
    return true;
}

}  // namespace

void fuzz(std::string_view input) {
    // Where nothing is accepted, nothing is tried.
    static const bool is_good_accepted = is_accepted(testing::token(testing::hs512, testing::claims()));
    assert(is_good_accepted);
    assert(!is_accepted(input));

    const auto line_end = std::min(input.find('\n'), input.size());
    const auto header = input.substr(0, line_end);
    const auto claims = input.substr(std::min(line_end + 1, input.size()));
    for (const auto* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
        assert(!is_accepted(testing::token(header, claims, digest, "")));
        assert(!is_accepted(testing::token(header, claims, digest, public_key)));
    }
    const auto text = to_base64url(header) + '.' + to_base64url(claims);
    for (const auto* forged : {"", ".", ".AA"}) assert(!is_accepted(text + forged));

    const auto token = testing::token(header, claims);
    if (!is_accepted(token)) return;
    assert(read_header(token)->alg == "HS512");
    const auto other = testing::token(header, std::string(claims) + ' ');
    assert(is_accepted(other) || other.size() > AccessTokens::most_bytes);
    // The signature of other claims.
    assert(!is_accepted(text + other.substr(other.rfind('.'))));
}

}  // namespace roost
