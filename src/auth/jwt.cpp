#include "auth/jwt.hpp"

#include "auth/base64url.hpp"
#include "schema/json_value.hpp"

#include <algorithm>
#include <array>

namespace roost::auth {
namespace {

using schema::JsonValue;
using Parts = std::array<std::string_view, 3>;

std::optional<Parts> parts_of(std::string_view token) {
    Parts parts;
    for (auto& part : parts) {
        const auto dot = token.find('.');
        const bool is_last = &part == &parts.back();
        if ((dot == std::string_view::npos) != is_last) return std::nullopt;
        part = token.substr(0, dot);
        if (part.empty()) return std::nullopt;
        token.remove_prefix(is_last ? token.size() : dot + 1);
    }
    return parts;
}

// Sees each member of a JSON object in base64url; false as soon as one is refused, or when one comes twice.
template <class Take>
bool read_object(std::string_view part, Take take) {
    const auto text = from_base64url(part);
    if (!text) return false;
    const auto value = schema::parse_json(*text);
    if (!value || value->kind() != JsonValue::Kind::object) return false;
    std::vector<std::string_view> names;
    for (const auto& [name, member] : value->members()) {
        if (!take(name, member)) return false;
        names.push_back(name);
    }
    std::ranges::sort(names);
    return std::ranges::adjacent_find(names) == names.end();
}

bool take_text(const JsonValue& value, std::optional<std::string>& out) {
    if (value.kind() != JsonValue::Kind::string) return false;
    out = std::string(value.string());
    return true;
}

bool take_integer(const JsonValue& value, std::optional<std::int64_t>& out) {
    if (value.kind() != JsonValue::Kind::integer) return false;
    out = value.integer();
    return true;
}

bool take_audience(const JsonValue& value, std::vector<std::string>& out) {
    const auto add = [&out](const JsonValue& one) {
        std::optional<std::string> text;
        if (!take_text(one, text)) return false;
        out.push_back(std::move(*text));
        return true;
    };
    if (value.kind() != JsonValue::Kind::array) return add(value);
    return std::ranges::all_of(value.elements(), add);
}

bool take_claim(JwtClaims& claims, std::string_view name, const JsonValue& value) {
    if (name == "iss") return take_text(value, claims.iss);
    if (name == "sub") return take_text(value, claims.sub);
    if (name == "typ") return take_text(value, claims.typ);
    if (name == "sid") return take_text(value, claims.sid);
    if (name == "aud") return take_audience(value, claims.aud);
    if (name == "iat") return take_integer(value, claims.iat);
    if (name == "nbf") return take_integer(value, claims.nbf);
    if (name == "exp") return take_integer(value, claims.exp);
    return true;
}

}  // namespace

std::optional<JwtHeader> read_header(std::string_view token) {
    const auto parts = parts_of(token);
    if (!parts) return std::nullopt;
    std::optional<std::string> alg;
    std::optional<std::string> kid;
    const bool read = read_object(parts->at(0), [&](std::string_view name, const JsonValue& value) {
        if (name == "alg") return take_text(value, alg);
        if (name == "kid") return take_text(value, kid);
        return name != "crit";
    });
    if (!read || !alg) return std::nullopt;
    return JwtHeader{std::move(*alg), std::move(kid)};
}

std::optional<JwtClaims> read_claims(std::string_view token) {
    const auto parts = parts_of(token);
    if (!parts) return std::nullopt;
    JwtClaims claims;
    const bool read = read_object(parts->at(1), [&claims](std::string_view name, const JsonValue& value) {
        return take_claim(claims, name, value);
    });
    if (!read) return std::nullopt;
    return claims;
}

}  // namespace roost::auth
