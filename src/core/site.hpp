// Addresses that are one and the same client's to choose from.
#pragma once

#include <string>
#include <string_view>

namespace roost {

// What stands for a client's address where addresses are counted: the /64 of an IPv6 address, which is what
// one site has, unless that is an IPv4 address in another form. 4 or 8 bytes; what is no address comes back
// as it is.
std::string site_of(std::string_view address);

}  // namespace roost
