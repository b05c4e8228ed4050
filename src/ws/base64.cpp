#include "ws/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace roost::ws {

namespace {

bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string encode_base64(std::span<const unsigned char> bytes) {
    const auto size = (bytes.size() + 2) / 3 * 4;
    std::string text(size + 1, '\0');  // OpenSSL writes a zero behind it
    EVP_EncodeBlock(bytes_of(text), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(size);
    return text;
}

// OpenSSL's decoder knows one alphabet, wants padding, counts it as zero bytes and skips blanks: so the text
// is brought into that form and judged here, and only then decoded.
std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 == 0 && text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string padded(text);
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    if (!std::ranges::all_of(padded, is_letter)) return std::nullopt;

    const auto padding = (4 - padded.size() % 4) % 4;
    padded.append(padding, '=');
    std::string bytes(padded.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(bytes_of(bytes), bytes_of(padded), static_cast<int>(padded.size()));
    if (size < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

}  // namespace roost::ws
