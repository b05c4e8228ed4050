#include "bench/numbered_text.hpp"

#include <doctest/doctest.h>

namespace roost::bench {

TEST_CASE("a text says whose it is and which, and has the size that was asked for") {
    const NumberedText texts(42);
    CHECK(texts.write({7, 123}, 30) == "@0042:000007:000000123........");
    CHECK(texts.write({999'999, 999'999'999}, NumberedText::least_size) == "@0042:999999:999999999");
}

TEST_CASE("a text is found wherever it is, and the hint follows it") {
    const NumberedText texts(1);
    const auto text = texts.write({3, 4}, 40);
    std::size_t hint = 0;
    CHECK(texts.find("[null,\"" + text + "\"]", hint) == MessageNumber{3, 4});
    CHECK(hint == 7);
    CHECK(texts.find("[null,\"" + texts.write({3, 5}, 40) + "\"]", hint) == MessageNumber{3, 5});
    CHECK(texts.find("further [null,\"" + text + "\"]", hint) == MessageNumber{3, 4});
    CHECK(hint == 15);
    CHECK(texts.find(text, hint) == MessageNumber{3, 4});
    CHECK(hint == 0);
}

TEST_CASE("what is not of this run, cut off or no number is no text") {
    const NumberedText texts(1);
    std::size_t hint = 3;
    CHECK(!texts.find("", hint));
    CHECK(!texts.find("[null,null,\"room:lobby\",\"presence_diff\",{}]", hint));
    CHECK(!texts.find(NumberedText(2).write({3, 4}, 64), hint));
    const auto text = texts.write({3, 4}, NumberedText::least_size);
    CHECK(!texts.find(std::string_view(text).substr(0, text.size() - 1), hint));
    CHECK(!texts.find("@0001:00000x:000000004", hint));
    CHECK(!texts.find("@0001:000003:00000000 ", hint));
}

}  // namespace roost::bench
