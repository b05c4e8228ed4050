// For tests: JSON Web Tokens made without libjwt, so that what is refused is refused for the reason named.
#pragma once

#include "auth/base64url.hpp"
#include "auth/public_key.hpp"
#include "core/clock.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::auth::testing {

inline const std::string secret(48, 's');
constexpr Timestamp now{1'769'847'330'000'001};
constexpr std::int64_t now_s = 1'769'847'330;
constexpr auto session = "3f2c8a52-4c0d-4b6e-9d53-3d1a0f4b7c11";
constexpr auto hs512 = R"({"alg":"HS512","typ":"JWT"})";

// Good claims, with one member replaced by `instead` (nothing: left out).
inline std::string claims(std::string_view name = {}, std::string_view instead = {}) {
    const std::pair<std::string_view, std::string> good[] = {{"iss", R"("roost")"},
                                                             {"aud", R"("roost")"},
                                                             {"sub", R"("42")"},
                                                             {"typ", R"("access")"},
                                                             {"iat", fmt::to_string(now_s)},
                                                             {"nbf", fmt::to_string(now_s)},
                                                             {"exp", fmt::to_string(now_s + 60)},
                                                             {"jti", R"("j")"},
                                                             {"sid", fmt::format(R"("{}")", session)}};
    std::string text;
    for (const auto& [key, value] : good) {
        if (key == name && instead.empty()) continue;
        text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",", key, key == name ? instead : value);
    }
    return '{' + text + '}';
}

inline std::string hmac(const EVP_MD* digest, const std::string& key, std::string_view text) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), bytes, &size);
    return {reinterpret_cast<const char*>(bytes), size};
}

inline std::string token(std::string_view header, std::string_view payload,
                         const EVP_MD* digest = EVP_sha512(), const std::string& key = secret) {
    const auto text = to_base64url(header) + '.' + to_base64url(payload);
    return text + '.' + to_base64url(hmac(digest, key, text));
}

// A private key and what it signs.
class Signer {
public:
    static Signer rsa(unsigned bits = 2048) { return Signer(EVP_RSA_gen(bits)); }
    static Signer ec(const char* curve = "P-256") { return Signer(EVP_EC_gen(curve)); }
    static Signer ed25519() { return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

    [[nodiscard]] std::string public_pem() const {
        return written([this](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key_.get()); });
    }
    [[nodiscard]] std::string private_pem() const {
        return written([this](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }
    [[nodiscard]] std::string token(std::string_view header, std::string_view payload) const {
        const auto text = to_base64url(header) + '.' + to_base64url(payload);
        auto signature = sign(text);
        if (EVP_PKEY_is_a(key_.get(), "EC") == 1) signature = two_numbers_of(signature);
        return text + '.' + to_base64url(signature);
    }

private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
        void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
        void operator()(BIO* bio) const { BIO_free(bio); }
    };

    explicit Signer(EVP_PKEY* owned) : key_(owned) {
        if (!key_) throw std::runtime_error("no key could be made");
    }

    template <class Write>
    static std::string written(Write write) {
        const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
        if (write(bio.get()) != 1) throw std::runtime_error("the key cannot be written");
        char* bytes = nullptr;
        const auto size = BIO_get_mem_data(bio.get(), &bytes);
        return {bytes, static_cast<std::size_t>(size)};
    }

    [[nodiscard]] std::string sign(std::string_view text) const {
        const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
        std::size_t size = 1024;
        std::string signature(size, '\0');
        if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1)
            throw std::runtime_error("cannot sign");
        signature.resize(size);
        return signature;
    }

    // As JSON Web Signatures have it, and not in DER.
    [[nodiscard]] std::string two_numbers_of(const std::string& der) const {
        const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
        const std::unique_ptr<ECDSA_SIG, Free> signature(
            d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())));
        const int size = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
        std::string both(2 * static_cast<std::size_t>(size), '\0');
        auto* out = reinterpret_cast<unsigned char*>(both.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, size);
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + size, size);
        return both;
    }

    std::unique_ptr<EVP_PKEY, Free> key_;
};

}  // namespace roost::auth::testing
