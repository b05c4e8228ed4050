#include "http/request_id.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace roost::http {
namespace {

constexpr std::size_t longest = 64;

bool is_id_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

std::string make_request_id() {
    thread_local std::mt19937_64 random{random_seed()};
    return fmt::format("{:016x}", random());
}

std::string request_id_of(const Headers& headers) {
    const auto given = headers.find("X-Request-Id");
    const bool acceptable = given && !given->empty() && given->size() <= longest &&
                            std::all_of(given->begin(), given->end(), is_id_char);
    return acceptable ? std::string(*given) : make_request_id();
}

}  // namespace roost::http
