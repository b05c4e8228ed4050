#include "net/endpoint.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace roost::net {

TEST_CASE("an endpoint is an IPv4 or IPv6 address and a port") {
    const auto v4 = Endpoint::parse("127.0.0.1", 80);
    REQUIRE(v4);
    CHECK(v4->family() == AF_INET);
    CHECK(v4->text() == "127.0.0.1");
    CHECK(*v4 == *Endpoint::parse("127.0.0.1", 80));
    CHECK(*v4 != *Endpoint::parse("127.0.0.1", 81));
    const auto v6 = Endpoint::parse("::1", 80);
    REQUIRE(v6);
    CHECK(v6->family() == AF_INET6);
    CHECK(v6->text() == "::1");
    CHECK(*v6 != *v4);
    for (const auto* text : {"", "localhost", "1.2.3", "[::1]", "127.0.0.1:80"})
        CHECK_FALSE(Endpoint::parse(text, 80));
}

TEST_CASE("a name is looked up, an address is its own, and a bad name has none") {
    const auto local = look_up("localhost", 4000);
    CHECK(std::ranges::find(local, *Endpoint::parse("127.0.0.1", 4000)) != local.end());
    CHECK(look_up("127.0.0.1", 4000) == std::vector{*Endpoint::parse("127.0.0.1", 4000)});
    CHECK(look_up("::1", 4000) == std::vector{*Endpoint::parse("::1", 4000)});
    CHECK(look_up("not a name", 4000).empty());
}

}  // namespace roost::net
