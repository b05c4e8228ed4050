#include "rooms/room.hpp"

#include <doctest/doctest.h>

namespace roost::rooms {

TEST_CASE("a slug is 1 to 64 of a to z, 0 to 9 and -") {
    for (const auto& good : {std::string("a"), std::string("a-0"), std::string("-"), std::string(64, 'z')})
        CHECK(RoomSlug::from(good).has_value());
    for (const auto& bad :
         {std::string(), std::string("A"), std::string("a b"), std::string("a_b"), std::string("ä"),
          std::string("a\n"), std::string("a\0", 2), std::string(65, 'z'), std::string("a:b")}) {
        CAPTURE(bad);
        CHECK_FALSE(RoomSlug::from(bad).has_value());
    }
}

}  // namespace roost::rooms
