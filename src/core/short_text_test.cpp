#include "core/short_text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace roost {

TEST_CASE("a short text holds what it was given, at any length and with any byte") {
    CHECK(ShortText().view().empty());
    for (std::size_t size = 0; size < 300; ++size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7);
        CHECK(ShortText(text).view() == text);
    }
}

TEST_CASE("a short text moves, and leaves nothing behind that is used twice") {
    for (const std::size_t size : {3U, 15U, 16U, 200U}) {
        const std::string text(size, 'x');
        ShortText first(text);
        ShortText second(std::move(first));
        CHECK(second.view() == text);
        ShortText third(std::string(20, 'y'));
        third = std::move(second);
        CHECK(third.view() == text);
        third = ShortText("z");
        CHECK(third.view() == "z");
    }
}

}  // namespace roost
