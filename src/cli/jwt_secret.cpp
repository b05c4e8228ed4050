#include "cli/jwt_secret.hpp"

#include "auth/access_token.hpp"
#include "auth/random.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
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

}  // namespace roost::cli
