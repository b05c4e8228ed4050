#include "bench/in_flight.hpp"

#include <doctest/doctest.h>

namespace roost::bench {

TEST_CASE("a message is there until all receivers have it and its reply has come") {
    InFlight messages;
    messages.add({.sent_ns = 5, .receivers = 1, .awaits_reply = true});
    REQUIRE(messages.find(0) != nullptr);
    CHECK(messages.find(0)->sent_ns == 5);
    CHECK(messages.find(1) == nullptr);
    messages.find(0)->receivers = 0;
    messages.settle();
    CHECK(messages.size() == 1);
    messages.find(0)->awaits_reply = false;
    messages.settle();
    CHECK(messages.size() == 0);
    CHECK(messages.find(0) == nullptr);
    CHECK(messages.sent() == 1);
}

TEST_CASE("a slow message keeps its place while later ones are over") {
    InFlight messages;
    for (int i = 0; i < 3; ++i) messages.add({.sent_ns = i, .receivers = 1});
    messages.find(1)->receivers = 0;
    messages.find(2)->receivers = 0;
    messages.settle();
    CHECK(messages.size() == 3);
    messages.find(0)->receivers = 0;
    messages.settle();
    CHECK(messages.size() == 0);
}

TEST_CASE("any number may be in flight, also after many are over") {
    InFlight messages;
    for (int i = 0; i < 1000; ++i) {
        messages.add({.sent_ns = i, .receivers = i % 3 == 0 ? 1U : 0U});
        if (i == 500) {
            for (std::uint32_t number = 0; number <= 250; ++number) messages.find(number)->receivers = 0;
            messages.settle();
            CHECK(messages.find(250) == nullptr);
        }
    }
    for (std::uint32_t number = 252; number < 1000; ++number) {
        REQUIRE(messages.find(number) != nullptr);
        CHECK(messages.find(number)->sent_ns == number);
    }
}

}  // namespace roost::bench
