#include "http/peer.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace roost::http {
namespace {

// The client of a connection from `peer` that trusts `blocks`, with these X-Forwarded-For headers.
std::string client(const std::vector<std::string>& blocks, const std::vector<std::string>& forwarded_for,
                   std::string_view peer = "10.0.0.1") {
    Headers headers;
    headers.add("X-Other", "9.9.9.9");
    for (const auto& value : forwarded_for) headers.add("x-forwarded-for", value);
    return client_address(peer, headers, TrustedProxies(blocks));
}

}  // namespace

TEST_CASE("an address is read and written as IPv4 or IPv6") {
    for (const auto* text :
         {"0.0.0.0", "255.255.255.255", "192.168.1.2", "::", "::1", "fe80::1", "2001:db8::ff00:42:8329"}) {
        CAPTURE(text);
        REQUIRE(IpAddress::parse(text));
        CHECK(IpAddress::parse(text)->text() == text);
    }
    CHECK(IpAddress::parse("::ffff:1.2.3.4")->text() == "1.2.3.4");
    CHECK(IpAddress::parse("2001:DB8:0::1")->text() == "2001:db8::1");
    for (const auto* text : {"", "1", "1.2.3", "1.2.3.256", "1.2.3.4.5", "01.2.3.4", " 1.2.3.4", "1.2.3.4 ",
                             ":", "::1%lo", "[::1]", "1::2::3", "unknown", "localhost", "0x7f.0.0.1",
                             "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000"})
        CHECK_MESSAGE(!IpAddress::parse(text), text);
}

TEST_CASE("a proxy is trusted by its address or by a block that holds it") {
    const TrustedProxies proxies(
        {"127.0.0.1", "10.0.0.0/8", "172.16.0.0/12", "::1", "fd00::/8", "2001:db8:aa00::/39"});
    for (const auto* address :
         {"127.0.0.1", "10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "::1", "fd12:3456::1",
          "2001:db8:aa00::1", "2001:db8:abff::1", "::ffff:10.1.2.3"})
        CHECK_MESSAGE(proxies.trusts(address), address);
    for (const auto* address : {"127.0.0.2", "11.0.0.0", "9.255.255.255", "172.32.0.0", "172.15.255.255",
                                "::2", "fe00::1", "2001:db8:ac00::1", "::", "a00::", "", "unknown"})
        CHECK_MESSAGE(!proxies.trusts(address), address);
    CHECK_FALSE(TrustedProxies().trusts("127.0.0.1"));
    CHECK(TrustedProxies({"0.0.0.0/0"}).trusts("8.8.8.8"));
    CHECK_FALSE(TrustedProxies({"0.0.0.0/0"}).trusts("2001:db8::1"));
    CHECK(TrustedProxies({"::/0"}).trusts("2001:db8::1"));
    CHECK(TrustedProxies({"10.1.2.3/32"}).trusts("10.1.2.3"));
    CHECK_FALSE(TrustedProxies({"10.1.2.3/32"}).trusts("10.1.2.2"));
}

TEST_CASE("a list with something else in it is refused, and the wrong one named") {
    for (const std::string block :
         {"", "proxy.example.com", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/ 8",
          "10.0.0.1/8", "fd00::/129", "fd00::1/8", "fd00::/8/8", "/8", "*"}) {
        CAPTURE(block);
        CHECK_THROWS_WITH_AS(TrustedProxies({"127.0.0.1", block}),
                             doctest::Contains(("'" + block + "'").c_str()), std::invalid_argument);
    }
}

TEST_CASE("the client is the first from the right that is no trusted proxy") {
    CHECK(client({"10.0.0.0/8"}, {"1.2.3.4"}) == "1.2.3.4");
    CHECK(client({"10.0.0.0/8"}, {"6.6.6.6, 1.2.3.4"}) == "1.2.3.4");
    CHECK(client({"10.0.0.0/8"}, {"6.6.6.6, 1.2.3.4 ,\t10.9.9.9"}) == "1.2.3.4");
    CHECK(client({"10.0.0.0/8"}, {"6.6.6.6", "1.2.3.4", "10.9.9.9"}) == "1.2.3.4");
    CHECK(client({"10.0.0.0/8"}, {"2001:db8::7"}) == "2001:db8::7");
    CHECK(client({"fd00::/8"}, {"6.6.6.6, ::ffff:1.2.3.4, fd00::5"}, "fd00::1") == "1.2.3.4");
}

TEST_CASE("if all are trusted, the client is the first; without the header it is the peer") {
    CHECK(client({"10.0.0.0/8"}, {"10.3.3.3, 10.2.2.2"}) == "10.3.3.3");
    CHECK(client({"10.0.0.0/8"}, {}) == "10.0.0.1");
    CHECK(client({"10.0.0.0/8"}, {""}) == "10.0.0.1");
    CHECK(client({"10.0.0.0/8"}, {" , ,"}) == "10.0.0.1");
}

TEST_CASE("a port behind an address is no part of it") {
    CHECK(client({"10.0.0.0/8"}, {"1.2.3.4:5678"}) == "1.2.3.4");
    CHECK(client({"10.0.0.0/8"}, {"[2001:db8::7]:443"}) == "2001:db8::7");
    CHECK(client({"10.0.0.0/8"}, {"[2001:db8::7]"}) == "2001:db8::7");
}

TEST_CASE("what is no address ends the search at the proxy that added it") {
    for (const auto* entry : {"unknown", "_hidden", "\"1.2.3.4\"", "1.2.3.4.5", "[::1", "[::1]x",
                              "for=1.2.3.4", "1.2.3.4 5.6.7.8"}) {
        CAPTURE(entry);
        CHECK(client({"10.0.0.0/8"}, {"6.6.6.6, " + std::string(entry)}) == "10.0.0.1");
        CHECK(client({"10.0.0.0/8"}, {"6.6.6.6, " + std::string(entry) + ", 10.7.7.7"}) == "10.7.7.7");
    }
}

}  // namespace roost::http
