#include "core/site.hpp"

#include <doctest/doctest.h>

namespace roost {

TEST_CASE("an IPv4 address is a site of its own, in whatever form it is written") {
    CHECK(site_of("192.0.2.1").size() == 4);
    CHECK(site_of("192.0.2.1") != site_of("192.0.2.2"));
    CHECK(site_of("::ffff:192.0.2.1") == site_of("192.0.2.1"));
}

TEST_CASE("the addresses of a /64 are one site") {
    CHECK(site_of("2001:db8:1:2:3:4:5:6") == site_of("2001:db8:1:2::1"));
    CHECK(site_of("2001:db8:1:2::1") != site_of("2001:db8:1:3::1"));
    CHECK(site_of("no address") == "no address");
}

}  // namespace roost
