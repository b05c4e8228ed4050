// The text of a JSON object that was validated and is passed on as it came (a message's metadata).
#pragma once

#include <string>

namespace roost {

class JsonObject {
public:
    static constexpr std::size_t max_bytes = 4096;

    JsonObject() = default;
    // `text` is a valid JSON object in UTF-8 without U+0000, at most max_bytes long.
    static JsonObject trusted(std::string text) {
        JsonObject object;
        object.text_ = std::move(text);
        return object;
    }
    static JsonObject empty() { return trusted("{}"); }
    [[nodiscard]] bool is_set() const noexcept { return !text_.empty(); }
    [[nodiscard]] const std::string& str() const noexcept { return text_; }
    bool operator==(const JsonObject&) const = default;

private:
    std::string text_;
};

}  // namespace roost
