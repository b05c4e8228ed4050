#include "gateway/api_address.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::gateway {

TEST_CASE("the API's address is read from an http URL") {
    const ApiAddress name("http://api.internal:4000");
    CHECK(name.host == "api.internal");
    CHECK(name.port == 4000);
    CHECK(name.authority == "api.internal:4000");
    CHECK(ApiAddress("http://127.0.0.1:1").host == "127.0.0.1");
    const ApiAddress v6("http://[::1]:65535");
    CHECK(v6.host == "::1");
    CHECK(v6.port == 65535);
    CHECK(v6.authority == "[::1]:65535");
}

TEST_CASE("an address of the API that is no http URL with a port is refused") {
    for (const auto* url :
         {"", "http://", "api:4000", "https://api:4000", "http://api", "http://api:", "http://:4000",
          "http://api:0", "http://api:65536", "http://api:4000/", "http://api:4000x", "http://a b:1",
          "http://user@api:4000", "http://::1:4000", "http://a/b:4000", "HTTP://api:4000"})
        CHECK_THROWS_AS_MESSAGE(ApiAddress{url}, std::invalid_argument, url);
}

}  // namespace roost::gateway
