// The keys of whoever else issues tokens for this server.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace roost::auth {

// What a key verifies, and nothing else: a token does not choose.
enum class KeyAlgorithm { hs512, rs256, es256 };

// As a token's header says it.
std::string_view name_of(KeyAlgorithm algorithm);

struct PublicKey {
    std::string kid;  // what tokens call it
    KeyAlgorithm algorithm;
    std::string pem;  // SubjectPublicKeyInfo
};

// Every `<kid>.pem` of the directory, by kid: RSA of at least 2048 bits verifies RS256, EC P-256 verifies
// ES256. Throws std::runtime_error that names the file which holds no such key.
std::vector<PublicKey> read_public_keys(const std::filesystem::path& directory);

}  // namespace roost::auth
