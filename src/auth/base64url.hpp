// base64url without padding (RFC 4648, section 5), as tokens are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::auth {

std::string to_base64url(std::string_view bytes);
// Nothing unless `text` is what to_base64url() writes.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace roost::auth
