#include "auth/access_token.hpp"

#include "auth/base64url.hpp"
#include "auth/random.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>
#include <jwt.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace roost::auth {
namespace {

constexpr std::string_view access_type = "access";
constexpr std::size_t kid_characters = 12;

struct Free {
    void operator()(jwt_t* jwt) const { jwt_free(jwt); }
    void operator()(char* text) const { std::free(text); }
};
using Jwt = std::unique_ptr<jwt_t, Free>;

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

jwt_alg_t libjwt_name_of(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::hs512: return JWT_ALG_HS512;
        case KeyAlgorithm::rs256: return JWT_ALG_RS256;
        case KeyAlgorithm::es256: return JWT_ALG_ES256;
    }
    return JWT_ALG_NONE;
}

// Tells secrets apart, and says no more about one than a signature made with it.
std::string kid_of(const std::string& secret) {
    return to_base64url(sha256("roost: the name of a signing secret\n" + secret)).substr(0, kid_characters);
}

std::string json_text(std::string_view text) {
    std::string json;
    schema::append_string(json, text);
    return json;
}

// libjwt takes the algorithm from the token and, without a key, verifies nothing: it always gets a key, and
// signer_of() has held the algorithm against the key's own. Asked again, in case libjwt reads otherwise than
// we.
bool is_signed_with(const std::string& token, KeyAlgorithm algorithm, const std::string& key) {
    jwt_t* decoded = nullptr;
    const int failed = jwt_decode(&decoded, token.c_str(), bytes_of(key), static_cast<int>(key.size()));
    const Jwt jwt(decoded);
    return failed == 0 && jwt && jwt_get_alg(jwt.get()) == libjwt_name_of(algorithm);
}

std::optional<UserId> user_in(const std::string& subject) {
    std::int64_t id = 0;
    const auto* const end = subject.data() + subject.size();
    const auto [stop, error] = std::from_chars(subject.data(), end, id);
    if (error != std::errc{} || stop != end || id < 1 || subject.front() == '0') return std::nullopt;
    return UserId{id};
}

Timestamp at_second(std::int64_t unix_s) {
    return Timestamp{unix_s * 1'000'000};
}

}  // namespace

AccessTokens::AccessTokens(std::string secret)
    : AccessTokens(TokenOptions{.secret = std::move(secret), .old_secrets = {}, .public_keys = {}}) {}

AccessTokens::AccessTokens(TokenOptions options)
    : issuer_(std::move(options.issuer)), audience_(std::move(options.audience)) {
    auto secrets = std::move(options.old_secrets);
    secrets.insert(secrets.begin(), std::move(options.secret));
    for (auto& secret : secrets) {
        if (secret.size() < least_secret_bytes)
            throw std::invalid_argument(
                fmt::format("a signing secret must have at least {} bytes", least_secret_bytes));
        auto kid = kid_of(secret);
        add_key({std::move(kid), KeyAlgorithm::hs512, std::move(secret)});
    }
    for (auto& key : options.public_keys) add_key({std::move(key.kid), key.algorithm, std::move(key.pem)});
}

void AccessTokens::add_key(Key key) {
    const auto same = std::ranges::find(keys_, key.kid, &Key::kid);
    if (same != keys_.end() && same->bytes == key.bytes) return;  // a secret that is listed again
    if (same != keys_.end())
        throw std::invalid_argument(fmt::format("two signing keys have the same name, \"{}\"", key.kid));
    keys_.push_back(std::move(key));
}

std::string AccessTokens::issue(UserId user, const std::string& session, Timestamp now) const {
    assert(is_uuid(session));
    jwt_t* made = nullptr;
    if (jwt_new(&made) != 0) throw std::bad_alloc();
    const Jwt jwt(made);
    const auto now_s = now.unix_s();
    const auto claims = fmt::format(
        R"({{"iss":{},"aud":{},"sub":"{}","typ":"{}","iat":{},"nbf":{},"exp":{},"jti":"{}","sid":"{}"}})",
        json_text(issuer_), json_text(audience_), user.value(), access_type, now_s, now_s,
        now_s + lifetime.count(), random_token(16), session);
    const auto& key = keys_.front();
    jwt_add_grants_json(jwt.get(), claims.c_str());
    jwt_add_header(jwt.get(), "kid", key.kid.c_str());
    jwt_set_alg(jwt.get(), JWT_ALG_HS512, bytes_of(key.bytes), static_cast<int>(key.bytes.size()));
    const std::unique_ptr<char, Free> token(jwt_encode_str(jwt.get()));
    if (!token) throw std::runtime_error("a token could not be signed");
    return token.get();
}

Result<Identity> AccessTokens::verify(std::string_view token, Timestamp now) const {
    if (token.size() > most_bytes || token.find('\0') != std::string_view::npos)
        return Problem(Errc::unauthorized);
    const auto header = read_header(token);
    if (!header) return Problem(Errc::unauthorized);
    const auto* signer = signer_of(std::string(token), *header);
    if (signer == nullptr) return Problem(Errc::unauthorized);
    const auto claims = read_claims(token);
    if (!claims) return Problem(Errc::unauthorized);
    return judge(*claims, signer->algorithm == KeyAlgorithm::hs512, now);
}

const AccessTokens::Key* AccessTokens::signer_of(const std::string& token, const JwtHeader& header) const {
    for (const auto& key : keys_) {
        // Guardian's tokens name no key: they are made with a secret.
        const bool is_named = header.kid ? *header.kid == key.kid : key.algorithm == KeyAlgorithm::hs512;
        if (is_named && header.alg == name_of(key.algorithm) &&
            is_signed_with(token, key.algorithm, key.bytes))
            return &key;
    }
    return nullptr;
}

Result<Identity> AccessTokens::judge(const JwtClaims& claims, bool is_ours, Timestamp now) const {
    const auto now_s = now.unix_s();
    const auto longest_s = (is_ours ? lifetime : longest_foreign_lifetime).count();
    const auto user = user_in(claims.sub.value_or(""));
    const bool is_for_us = claims.iss == issuer_ && claims.typ == access_type &&
                           std::ranges::find(claims.aud, audience_) != claims.aud.end();
    const bool is_in_time = claims.exp && *claims.exp > now_s && *claims.exp - now_s <= longest_s &&
                            claims.nbf.value_or(0) <= now_s && claims.iat.value_or(0) <= now_s;
    const auto session = is_ours ? SessionId::parse(claims.sid.value_or("")) : SessionId();
    if (!user || !is_for_us || !is_in_time || !session) return Problem(Errc::unauthorized);
    return Identity{.user = *user,
                    .session = *session,
                    .issued_at = at_second(std::max<std::int64_t>(claims.iat.value_or(0), 0)),
                    .expires_at = at_second(*claims.exp)};
}

}  // namespace roost::auth
