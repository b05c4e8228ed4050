#include "cli/table.hpp"

#include <doctest/doctest.h>

namespace roost::cli {

TEST_CASE("columns are as wide as their widest cell, in characters") {
    CHECK(table({{"Id", "Name"}, {"1", "Ann"}, {"1000", "J\u00fcrgen"}}) ==
          "Id    Name\n"
          "1     Ann\n"
          "1000  J\u00fcrgen\n");
    CHECK(table({{"\u00e9\u00e9", "x"}, {"abc", "y"}}) == "\u00e9\u00e9   x\nabc  y\n");
}

TEST_CASE("a cell cannot command the terminal, break the row or turn the text around") {
    CHECK(table({{"\x1b[2Ja\n\tb\x7f"}}) == "\ufffd[2Ja\ufffd\ufffdb\ufffd\n");
    CHECK(table({{"\u009b2J \u202eadmin\u2066 \u2028"}}) == "\ufffd2J \ufffdadmin\ufffd \ufffd\n");
    CHECK(table({{"\u00a0\u00e9\u20ac\U0001f600"}}) == "\u00a0\u00e9\u20ac\U0001f600\n");
}

}  // namespace roost::cli
