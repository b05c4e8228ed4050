#include "core/short_memory.hpp"

#include <doctest/doctest.h>

#include <string>

namespace roost {
namespace {

using namespace std::chrono_literals;

using Memory = ShortMemory<int, std::string>;

std::string found(const Memory& memory, int key) {
    const auto* value = memory.find(key);
    return value == nullptr ? "nothing" : *value;
}

}  // namespace

TEST_CASE("what is kept is found, and the latest of it") {
    Memory memory(1h, 10);
    CHECK(found(memory, 1) == "nothing");
    memory.keep(memory.asks(), 1, "one");
    memory.keep(memory.asks(), 2, "two");
    memory.keep(memory.asks(), 1, "uno");
    CHECK(found(memory, 1) == "uno");
    CHECK(found(memory, 2) == "two");
}

TEST_CASE("what is kept too long is not found") {
    Memory memory(0s, 10);
    memory.keep(memory.asks(), 1, "one");
    CHECK(found(memory, 1) == "nothing");
}

TEST_CASE("what is forgotten is not found, and the rest is") {
    Memory memory(1h, 10);
    memory.keep(memory.asks(), 1, "one");
    memory.keep(memory.asks(), 2, "two");
    memory.keep(memory.asks(), 3, "three");
    memory.forget(1);
    CHECK(found(memory, 1) == "nothing");
    CHECK(found(memory, 2) == "two");
    memory.forget_if([](const std::string& value) { return value == "two"; });
    CHECK(found(memory, 2) == "nothing");
    CHECK(found(memory, 3) == "three");
}

TEST_CASE("an answer from before something was forgotten is not kept") {
    Memory memory(1h, 10);
    const auto asked = memory.asks();
    memory.forget(1);
    memory.keep(asked, 1, "stale");
    CHECK(found(memory, 1) == "nothing");
    const auto asked_again = memory.asks();
    memory.forget_if([](const std::string&) { return false; });
    memory.keep(asked_again, 1, "stale");
    CHECK(found(memory, 1) == "nothing");
    memory.keep(memory.asks(), 1, "fresh");
    CHECK(found(memory, 1) == "fresh");
}

TEST_CASE("past its limit it begins anew") {
    Memory memory(1h, 2);
    for (int key = 1; key <= 3; ++key) memory.keep(memory.asks(), key, "value");
    CHECK(found(memory, 1) == "nothing");
    CHECK(found(memory, 2) == "nothing");
    CHECK(found(memory, 3) == "value");
}

}  // namespace roost
