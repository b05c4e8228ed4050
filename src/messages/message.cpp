#include "messages/message.hpp"

namespace roost::messages {

std::optional<TextFault> ClientIdRule::check(std::string& text) {
    constexpr auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    return rules::check_characters(text, 64, allowed, "A to Z, a to z, 0 to 9, _ and -");
}

TextForm ClientIdRule::form() {
    return {1, 64, "^[A-Za-z0-9_-]+$", 0};
}

}  // namespace roost::messages
