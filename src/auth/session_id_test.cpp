#include "auth/session_id.hpp"

#include "auth/random.hpp"

#include <doctest/doctest.h>

namespace roost::auth {

TEST_CASE("a session's id is read and written as the UUID it is") {
    for (int i = 0; i < 100; ++i) {
        const auto text = random_uuid();
        const auto id = SessionId::parse(text);
        REQUIRE(id.has_value());
        CHECK(id->str() == text);
        CHECK_FALSE(id->is_none());
    }
    CHECK(SessionId::parse("00112233-4455-6677-8899-aabbccddeeff")->str() ==
          "00112233-4455-6677-8899-aabbccddeeff");
}

TEST_CASE("what is no UUID is no session, nor is the nil UUID") {
    for (const auto* text : {"", "a", "00000000-0000-0000-0000-000000000000",
                             "00112233-4455-6677-8899-aabbccddeefg", "00112233445566778899aabbccddeeff"})
        CHECK_FALSE(SessionId::parse(text).has_value());
    CHECK(SessionId().is_none());
    CHECK(SessionId().str().empty());
}

}  // namespace roost::auth
