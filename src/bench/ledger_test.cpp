#include "bench/ledger.hpp"

#include <doctest/doctest.h>

namespace roost::bench {

TEST_CASE("messages in order are received, and nothing else is said of them") {
    Ledger ledger(2);
    for (std::uint32_t number = 0; number < 5; ++number) {
        CHECK(ledger.arrive(0, number));
        CHECK(ledger.arrive(1, number));
    }
    CHECK(ledger.received() == 10);
    CHECK(ledger.repeated() == 0);
    CHECK(ledger.reordered() == 0);
}

TEST_CASE("a message that never comes is missing from the sum") {
    Ledger ledger(1);
    for (const std::uint32_t number : {0U, 1U, 3U, 4U}) CHECK(ledger.arrive(0, number));
    CHECK(ledger.received() == 4);
    CHECK(ledger.reordered() == 0);
    CHECK(ledger.repeated() == 0);
}

TEST_CASE("a message that comes after a later one is reordered, not lost, and only the first time") {
    Ledger ledger(1);
    for (const std::uint32_t number : {0U, 2U, 3U, 1U}) CHECK(ledger.arrive(0, number));
    CHECK(ledger.received() == 4);
    CHECK(ledger.reordered() == 1);
    CHECK_FALSE(ledger.arrive(0, 1));
    CHECK(ledger.repeated() == 1);
    CHECK(ledger.received() == 4);
}

TEST_CASE("a message that comes again is repeated, at once or later") {
    Ledger ledger(1);
    CHECK(ledger.arrive(0, 0));
    CHECK_FALSE(ledger.arrive(0, 0));
    CHECK(ledger.arrive(0, 1));
    CHECK_FALSE(ledger.arrive(0, 0));
    CHECK(ledger.repeated() == 2);
    CHECK(ledger.received() == 2);
}

TEST_CASE("lines do not know of each other") {
    Ledger ledger(2);
    CHECK(ledger.arrive(0, 1));
    CHECK(ledger.arrive(1, 0));
    CHECK(ledger.arrive(1, 1));
    CHECK(ledger.arrive(0, 0));
    CHECK(ledger.reordered() == 1);
    CHECK(ledger.repeated() == 0);
}

}  // namespace roost::bench
