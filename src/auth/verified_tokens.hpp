// Tokens that were verified, by their SHA-256, so that a caller's next request costs a digest and no
// signature. The tokens themselves are not kept. Says nothing about revocation, which is asked every time.
#pragma once

#include "auth/access_token.hpp"
#include "core/generations.hpp"

#include <cstddef>
#include <string>

namespace roost::auth {

// One for each core; used there.
class VerifiedTokens {
public:
    static constexpr std::size_t default_size = 8'192;  // about 2 MB

    explicit VerifiedTokens(std::size_t most = default_size) : identities_(most) {}

    // `digest` is sha256() of the token. Null when it is not known or has expired; else good until the next
    // call.
    const Identity* find(const std::string& digest, Timestamp now);
    void add(const std::string& digest, Identity identity);

    [[nodiscard]] std::size_t size() const noexcept { return identities_.size(); }

private:
    struct Hash {
        std::size_t operator()(const std::string& digest) const noexcept;
    };
    Generations<std::string, Identity, Hash> identities_;
};

}  // namespace roost::auth
