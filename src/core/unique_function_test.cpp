#include "core/unique_function.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace roost {

TEST_CASE("a unique function calls what cannot be copied") {
    UniqueFunction<int(int)> add = [seven = std::make_unique<int>(7)](int n) { return *seven + n; };
    CHECK(add(1) == 8);
    CHECK(add(2) == 9);
}

TEST_CASE("a unique function keeps the state of its callable") {
    UniqueFunction<int()> count = [n = 0]() mutable { return ++n; };
    CHECK(count() == 1);
    CHECK(count() == 2);
}

TEST_CASE("arguments that can only be moved reach the callable, and references stay references") {
    UniqueFunction<std::unique_ptr<int>(std::unique_ptr<int>, std::string&)> take =
        [](std::unique_ptr<int> value, std::string& text) {
            text += "!";
            return value;
        };
    std::string text = "hey";
    const auto back = take(std::make_unique<int>(3), text);
    CHECK(*back == 3);
    CHECK(text == "hey!");
}

TEST_CASE("a unique function is empty until it is given something, and after it was moved from") {
    UniqueFunction<void()> empty;
    CHECK_FALSE(empty);
    UniqueFunction<void()> full = [] {};
    CHECK(full);
    empty = std::move(full);
    CHECK(empty);
    CHECK_FALSE(full);  // NOLINT: what a move leaves is what is asked
    empty = {};
    CHECK_FALSE(empty);
}

TEST_CASE("a unique function made of a variable leaves the variable and lets its own go") {
    const auto counted = std::make_shared<int>(1);
    {
        const auto callable = [counted] { return *counted; };
        UniqueFunction<int()> function = callable;
        CHECK(counted.use_count() == 3);
        CHECK(function() == 1);
        function = {};
        CHECK(counted.use_count() == 2);
    }
    CHECK(counted.use_count() == 1);
}

}  // namespace roost
