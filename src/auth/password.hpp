// bcrypt ($2b$) through libxcrypt. Both functions take about 200 ms of one core at cost 12: on workers only.
#pragma once

#include <string>
#include <string_view>

namespace roost::auth {

// `cost`: 4 to 31, the logarithm of the rounds. `password`: at most 72 bytes, without NUL.
std::string hash_password(const std::string& password, unsigned cost);
// Takes the same time whether they match or not.
bool verify_password(const std::string& password, const std::string& hash);

}  // namespace roost::auth
