#include "auth/access_token.hpp"

#include "auth/random.hpp"

#include <fmt/format.h>
#include <jwt.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace roost::auth {
namespace {

constexpr auto issuer = "roost";
constexpr auto audience = "roost";
constexpr auto access_type = "access";
constexpr auto algorithm = JWT_ALG_HS512;
constexpr std::int64_t latest_expiry_s = 253'402'300'799;  // the last second that RFC 3339 can say
constexpr std::string_view algorithm_name = "HS512";

struct Free {
    void operator()(jwt_t* jwt) const { jwt_free(jwt); }
    void operator()(char* text) const { std::free(text); }
};
using Jwt = std::unique_ptr<jwt_t, Free>;

const unsigned char* bytes_of(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Jwt decode(const std::string& token, const std::string* secret) {
    jwt_t* jwt = nullptr;
    const int failed = secret != nullptr ? jwt_decode(&jwt, token.c_str(), bytes_of(*secret),
                                                      static_cast<int>(secret->size()))
                                         : jwt_decode(&jwt, token.c_str(), nullptr, 0);
    Jwt owned(jwt);
    return failed != 0 ? nullptr : std::move(owned);
}

std::string text_claim(jwt_t* jwt, const char* name) {
    const char* value = jwt_get_grant(jwt, name);
    return value != nullptr ? value : "";
}

std::optional<UserId> subject(jwt_t* jwt) {
    const auto text = text_claim(jwt, "sub");
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id < 1) return std::nullopt;
    return UserId{id};
}

}  // namespace

AccessTokens::AccessTokens(std::string secret) : secret_(std::move(secret)) {
    if (secret_.size() < least_secret_bytes)
        throw std::invalid_argument(fmt::format("must have at least {} bytes", least_secret_bytes));
}

std::string AccessTokens::issue(UserId user, const std::string& session, Timestamp now) const {
    jwt_t* made = nullptr;
    if (jwt_new(&made) != 0) throw std::bad_alloc();
    const Jwt jwt(made);
    const auto now_s = now.unix_s();
    const auto claims = fmt::format(
        R"({{"iss":"{}","aud":"{}","sub":"{}","typ":"{}","iat":{},"nbf":{},"exp":{},"jti":"{}","sid":"{}"}})",
        issuer, audience, user.value(), access_type, now_s, now_s, now_s + lifetime.count(), random_token(16),
        session);
    jwt_add_grants_json(jwt.get(), claims.c_str());
    jwt_set_alg(jwt.get(), algorithm, bytes_of(secret_), static_cast<int>(secret_.size()));
    const std::unique_ptr<char, Free> token(jwt_encode_str(jwt.get()));
    if (!token) throw std::runtime_error("a token could not be signed");
    return token.get();
}

Result<Identity> AccessTokens::verify(std::string_view token, Timestamp now) const {
    if (token.size() > most_bytes || token.find('\0') != std::string_view::npos)
        return Problem(Errc::unauthorized);
    const std::string text(token);
    // libjwt verifies with the algorithm that the token names, and without a key not at all: so the name is
    // read first, held against ours, and only then the signature is checked.
    const auto unverified = decode(text, nullptr);
    const char* named = unverified ? jwt_get_header(unverified.get(), "alg") : nullptr;
    if (named == nullptr || named != algorithm_name) return Problem(Errc::unauthorized);
    if (jwt_get_header(unverified.get(), "kid") != nullptr)
        return Problem(Errc::unauthorized);  // our key has none
    const auto jwt = decode(text, &secret_);
    if (!jwt || jwt_get_alg(jwt.get()) != algorithm) return Problem(Errc::unauthorized);

    const auto user = subject(jwt.get());
    const auto session = text_claim(jwt.get(), "sid");
    const std::int64_t expires_s = jwt_get_grant_int(jwt.get(), "exp");
    const std::int64_t not_before_s = jwt_get_grant_int(jwt.get(), "nbf");
    if (!user || session.empty() || expires_s <= now.unix_s() || expires_s > latest_expiry_s ||
        not_before_s > now.unix_s() || text_claim(jwt.get(), "iss") != issuer ||
        text_claim(jwt.get(), "aud") != audience || text_claim(jwt.get(), "typ") != access_type)
        return Problem(Errc::unauthorized);
    return Identity{*user, session, Timestamp{expires_s * 1'000'000}};
}

}  // namespace roost::auth
