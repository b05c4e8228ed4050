// The parts of a JSON Web Token as they are written (RFC 7515, RFC 7519), read strictly: what two readers
// could understand in two ways is not understood. Nothing here verifies anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::auth {

struct JwtHeader {
    std::string alg;
    std::optional<std::string> kid;
};

// The claims that matter; others may be there.
struct JwtClaims {
    std::optional<std::string> iss, sub, typ, sid;
    std::vector<std::string> aud;  // a text, or a list of texts
    std::optional<std::int64_t> iat, nbf, exp;
};

// Nothing unless `token` is three parts in base64url of which the first is a JSON object with an `alg`, every
// member is there once and has its type, and no extension must be understood (`crit`).
std::optional<JwtHeader> read_header(std::string_view token);
// The same for the second part. Says nothing about what a claim should be.
std::optional<JwtClaims> read_claims(std::string_view token);

}  // namespace roost::auth
