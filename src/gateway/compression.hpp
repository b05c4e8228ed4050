// Compression of answers on their way to the client (RFC 9110 section 8.4): gzip for whoever takes it, of
// texts that are long enough to be worth it.
//
// Not for an answer that must not be stored: it holds a secret, and beside what a stranger put into the same
// answer its compressed length would tell of it. Nor for what is coded already, or so long that it would hold
// up the core.
#pragma once

#include "http/message.hpp"

namespace roost::gateway {

inline constexpr std::size_t least_compressed_bytes = 1'024;
inline constexpr std::size_t most_compressed_bytes = 256 * 1'024;

// Compresses the answer's body if all of that holds, and says in Vary where Accept-Encoding decides. A strong
// ETag becomes a weak one, for the bytes are others.
void compress(const http::Request& request, http::Response& response);

}  // namespace roost::gateway
