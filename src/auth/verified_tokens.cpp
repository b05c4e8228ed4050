#include "auth/verified_tokens.hpp"

#include <cassert>
#include <cstring>

namespace roost::auth {

// A digest is as good as random: its first bytes choose the place, the whole of it is compared.
std::size_t VerifiedTokens::Hash::operator()(const std::string& digest) const noexcept {
    assert(digest.size() >= sizeof(std::size_t));
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

const Identity* VerifiedTokens::find(const std::string& digest, Timestamp now) {
    const auto* identity = identities_.find(digest);
    if (identity == nullptr || identity->expires_at > now) return identity;
    identities_.erase(digest);
    return nullptr;
}

void VerifiedTokens::add(const std::string& digest, Identity identity) {
    identities_.put(digest, std::move(identity));
}

}  // namespace roost::auth
