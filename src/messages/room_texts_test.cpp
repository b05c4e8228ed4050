#include "messages/room_texts.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <random>
#include <string>

namespace roost::messages {

TEST_CASE("texts are what they were, whatever came and went beside them") {
    std::mt19937 random(1);
    RoomTexts texts;
    std::vector<std::pair<RoomTexts::Place, std::string>> kept;
    for (int step = 0; step < 5'000; ++step) {
        if (!kept.empty() && random() % 2 == 0) {
            const auto gone = kept.begin() + static_cast<std::ptrdiff_t>(random() % kept.size());
            texts.remove(gone->first);
            kept.erase(gone);
        } else {
            std::string text(random() % 500, static_cast<char>('a' + random() % 26));
            if (random() % 100 == 0) text.resize(40'000, 'L');
            const auto place = texts.add(text);
            kept.emplace_back(place, std::move(text));
        }
        if (step % 50 != 0) continue;
        const auto copy = texts;
        for (const auto& [place, text] : kept) {
            CHECK(texts.view(place) == text);
            CHECK(copy.view(place) == text);
        }
    }
    for (const auto& [place, text] : kept) texts.remove(place);
    CHECK(texts.bytes() == 0);
}

TEST_CASE("few texts take little, and those that go in the order in which they came leave nothing") {
    RoomTexts texts;
    const std::string text(300, 'x');
    std::deque<RoomTexts::Place> places{texts.add(text)};
    CHECK(texts.bytes() < 2 * text.size());
    std::size_t most = 0;
    for (int i = 0; i < 10'000; ++i) {
        places.push_back(texts.add(text));
        if (places.size() <= 200) continue;
        texts.remove(places.front());
        places.pop_front();
        most = std::max(most, texts.bytes());
    }
    CHECK(most < 200 * text.size() * 3 / 2);
}

TEST_CASE("no text takes nothing") {
    RoomTexts texts;
    const auto place = texts.add("");
    CHECK(place.empty());
    CHECK(texts.view(place).empty());
    texts.remove(place);
    CHECK(texts.bytes() == 0);
}

}  // namespace roost::messages
