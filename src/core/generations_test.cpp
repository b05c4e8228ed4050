#include "core/generations.hpp"

#include <doctest/doctest.h>

namespace roost {

TEST_CASE("generations never hold more than their bound, and hold the newest half for certain") {
    Generations<int, int> map(100);
    for (int key = 0; key < 1'000; ++key) {
        map.put(key, -key);
        REQUIRE(map.size() <= 100);
        for (int recent = std::max(0, key - 49); recent <= key; ++recent)
            REQUIRE(map.peek(recent) != nullptr);
    }
    CHECK(*map.peek(999) == -999);
    CHECK(map.peek(0) == nullptr);
}

TEST_CASE("what is used stays, what is only looked at goes") {
    Generations<int, int> map(10);
    map.put(1, 10);
    map.put(2, 20);
    for (int key = 100; key < 200; ++key) {
        map.put(key, 0);
        const auto* found = map.find(1);
        REQUIRE(found != nullptr);
        CHECK(*found == 10);
        static_cast<void>(map.peek(2));
    }
    CHECK(map.peek(2) == nullptr);
    CHECK(map.size() <= 10);
}

TEST_CASE("generations never hold more than their bound, whatever is used in between") {
    Generations<int, int> map(10);
    for (int round = 0; round < 1'000; ++round) {
        map.put(round, round);
        for (int key = std::max(0, round - round % 13); key <= round; ++key) {
            const auto* found = map.find(key);
            if (found != nullptr) CHECK(*found == key);
            REQUIRE(map.size() <= 10);
        }
    }
}

TEST_CASE("an entry is there once, and erased from either generation") {
    Generations<int, int> map(10);
    map.put(1, 10);
    map.age();
    map.put(1, 11);
    CHECK(map.size() == 1);
    CHECK(*map.peek(1) == 11);
    map.put(2, 20);
    map.age();
    map.erase(1);
    CHECK(map.peek(1) == nullptr);
    CHECK(*map.find(2) == 20);
    map.erase(2);
    CHECK(map.size() == 0);
}

TEST_CASE("an entry survives one ageing and not two") {
    Generations<int, int> map(10);
    map.put(1, 10);
    map.age();
    CHECK(map.peek(1) != nullptr);
    map.age();
    CHECK(map.peek(1) == nullptr);
}

}  // namespace roost
