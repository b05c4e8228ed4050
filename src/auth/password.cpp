#include "auth/password.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <memory>
#include <stdexcept>

namespace roost::auth {
namespace {

std::string crypt_with(const std::string& password, const std::string& setting) {
    const auto data = std::make_unique<crypt_data>();
    const char* hash = crypt_r(password.c_str(), setting.c_str(), data.get());
    if (hash == nullptr || *hash == '*') throw std::runtime_error("bcrypt refused a setting");
    return hash;
}

}  // namespace

std::string hash_password(const std::string& password, unsigned cost) {
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (crypt_gensalt_rn("$2b$", cost, nullptr, 0, setting, sizeof setting) == nullptr)
        throw std::runtime_error("bcrypt refused its cost");
    return crypt_with(password, setting);
}

bool verify_password(const std::string& password, const std::string& hash) {
    const auto computed = crypt_with(password, hash);
    return computed.size() == hash.size() && CRYPTO_memcmp(computed.data(), hash.data(), hash.size()) == 0;
}

}  // namespace roost::auth
