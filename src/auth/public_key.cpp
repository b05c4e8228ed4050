#include "auth/public_key.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>

namespace roost::auth {
namespace {

constexpr int least_rsa_bits = 2048;
constexpr std::size_t most_file_bytes = 64UL * 1024;

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view why) {
    throw std::runtime_error(fmt::format("{}: {}", file.string(), why));
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text(most_file_bytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad() || stream.gcount() == 0) refuse(file, "cannot be read, or is empty");
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > most_file_bytes) refuse(file, "is too large for a key");
    return text;
}

std::optional<KeyAlgorithm> algorithm_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= least_rsa_bits)
        return KeyAlgorithm::rs256;
    std::array<char, 64> curve{};
    if (EVP_PKEY_is_a(key, "EC") == 1 &&
        EVP_PKEY_get_group_name(key, curve.data(), curve.size(), nullptr) == 1 &&
        std::string_view(curve.data()) == SN_X9_62_prime256v1)
        return KeyAlgorithm::es256;
    return std::nullopt;
}

// Written anew, so that what verifies is what was looked at, whatever else is in the file.
std::string pem_of(const EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) throw std::bad_alloc();
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

PublicKey read_public_key(const std::filesystem::path& file) {
    const auto text = text_of(file);
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (!bio) throw std::bad_alloc();
    const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
    if (!key) refuse(file, "holds no public key in PEM (\"BEGIN PUBLIC KEY\")");
    const auto algorithm = algorithm_of(key.get());
    if (!algorithm)
        refuse(file,
               fmt::format("must be an RSA key of at least {} bits or an EC key on P-256", least_rsa_bits));
    return {file.stem().string(), *algorithm, pem_of(key.get())};
}

}  // namespace

std::string_view name_of(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::hs512: return "HS512";
        case KeyAlgorithm::rs256: return "RS256";
        case KeyAlgorithm::es256: return "ES256";
    }
    return {};
}

std::vector<PublicKey> read_public_keys(const std::filesystem::path& directory) {
    std::vector<PublicKey> keys;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        if (entry.path().extension() == ".pem") keys.push_back(read_public_key(entry.path()));
    std::ranges::sort(keys, {}, &PublicKey::kid);
    return keys;
}

}  // namespace roost::auth
