// Something to look at: two accounts and a few messages in the lobby. For development and demonstrations.
#pragma once

#include <string>
#include <string_view>

namespace roost::cli {

inline constexpr std::string_view demo_email = "demo@example.com";
inline constexpr std::string_view admin_email = "admin@example.com";
inline constexpr std::string_view demo_password = "password123";

// Adds what is missing; what is there stays as it is. Blocks. Throws what BlockingConnection throws.
void seed(const std::string& conninfo, unsigned bcrypt_cost);

}  // namespace roost::cli
