#include "cli/jwt_secret.hpp"

#include "auth/access_token.hpp"
#include "auth/random.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>

namespace roost::cli {
namespace {

// Whole or not at all, also if the machine stops in between: written beside and then renamed.
void write_secret(const std::filesystem::path& path, const std::string& secret) {
    const auto beside = path.string() + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written = file >= 0 &&
                         ::write(file, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
                         ::fsync(file) == 0;
    const int error = errno;
    if (file >= 0) ::close(file);
    if (!written || ::rename(beside.c_str(), path.c_str()) != 0)
        throw std::runtime_error(fmt::format("cannot keep the signing secret in {}: {}", path.string(),
                                             std::generic_category().message(written ? errno : error)));
}

// What stands in examples and templates, in lower case.
constexpr std::array<std::string_view, 7> placeholders{"change-me",   "changeme",    "change_me",  "example",
                                                       "your-secret", "placeholder", "development"};
constexpr std::size_t least_different_bytes = 10;

// Nothing when it may well be random.
std::string_view fault_of(const std::optional<std::string>& secret) {
    if (!secret) return "is missing";
    if (secret->size() < auth::AccessTokens::least_secret_bytes) return "is shorter than 32 bytes";
    const std::set<char> different(secret->begin(), secret->end());
    if (different.size() < least_different_bytes) return "repeats fewer than 10 different bytes";
    std::string lower = *secret;
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    const bool is_placeholder = std::ranges::any_of(placeholders, [&lower](std::string_view placeholder) {
        return lower.find(placeholder) != std::string::npos;
    });
    return is_placeholder ? "is a placeholder" : "";
}

}  // namespace

std::string kept_jwt_secret(const std::filesystem::path& data_dir) {
    std::filesystem::create_directories(data_dir);
    const auto path = data_dir / "jwt_secret";
    if (std::ifstream file(path); file) {
        std::string secret;
        std::getline(file, secret);
        if (secret.size() < auth::AccessTokens::least_secret_bytes)
            throw std::runtime_error(
                fmt::format("{} holds no secret of at least {} bytes; remove it to have a new one made",
                            path.string(), auth::AccessTokens::least_secret_bytes));
        return secret;
    }
    auto secret = auth::random_token(48);
    write_secret(path, secret);
    return secret;
}

void require_real_secret(const Settings& settings) {
    const auto fault = fault_of(settings.jwt_secret);
    if (fault.empty()) return;
    throw std::runtime_error(fmt::format(
        "the signing secret ROOST_JWT_SECRET {}: the API signs tokens with it, and the gateway will "
        "check them with the same one; `openssl rand -base64 48` makes a good one",
        fault));
}

}  // namespace roost::cli
