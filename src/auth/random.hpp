// Secrets from the operating system's generator, and their digests.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::auth {

// `bytes` random bytes as base64url without padding.
std::string random_token(std::size_t bytes);
// A random UUID (version 4), such as "3f2c…-4…".
std::string random_uuid();
// Whether `text` is a UUID as random_uuid() writes one, of any version.
bool is_uuid(std::string_view text) noexcept;
// 32 bytes.
std::string sha256(std::string_view text);

}  // namespace roost::auth
