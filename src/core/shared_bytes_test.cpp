#include "core/shared_bytes.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace roost {

TEST_CASE("shared bytes are what they were made of, zeros included") {
    const auto bytes = share(std::string("a\0b", 3));
    CHECK(bytes->view() == std::string_view("a\0b", 3));
}

TEST_CASE("shared bytes of two parts are the one behind the other; there may be none") {
    CHECK(share("head", "tail")->view() == "headtail");
    CHECK(share("", "tail")->view() == "tail");
    CHECK(share("")->view().empty());
}

TEST_CASE("all owners see the same bytes, and the last one frees them") {
    auto first = share(std::string(1000, 'x'));
    const auto* const where = first->view().data();
    std::vector<SharedBytesPtr> owners(10, first);
    first.reset();
    for (auto& owner : owners) CHECK(owner->view().data() == where);
}

TEST_CASE("owners on several threads come and go at the same time") {
    constexpr int times = 10'000;
    const auto bytes = share("shared");
    const auto own = [bytes] {
        for (int i = 0; i < times; ++i) {
            std::vector<SharedBytesPtr> mine(2, bytes);
            mine.erase(mine.begin());
            if (mine.front()->view() != "shared") std::abort();
        }
    };
    std::thread first(own);
    std::thread second(own);
    first.join();
    second.join();
    CHECK(bytes->view() == "shared");
}

}  // namespace roost
