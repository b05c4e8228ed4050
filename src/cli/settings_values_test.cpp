#include "cli/settings_values.hpp"

#include <doctest/doctest.h>

namespace roost::cli {
namespace {

using Words = std::vector<std::string>;

// What the check makes of the text; empty when it refuses it.
std::string accepted(bool (*check)(std::string& text), std::string text) {
    return check(text) ? text : "";
}

}  // namespace

TEST_CASE("a list stands between commas, and blanks around its parts are not part of them") {
    CHECK(split_list("") == Words{});
    CHECK(split_list("  ") == Words{});
    CHECK(split_list("a") == Words{"a"});
    CHECK(split_list(" a,b ,  c d ") == Words{"a", "b", "c d"});
    CHECK(split_list("a,,b,") == Words{"a", "", "b", ""});
}

TEST_CASE("secrets stand between blanks and line ends, and may hold commas") {
    CHECK(split_words("") == Words{});
    CHECK(split_words(" \n") == Words{});
    CHECK(split_words("one,1\ntwo\t three\r\n") == Words{"one,1", "two", "three"});
}

TEST_CASE("a server listens on an IP address or on localhost") {
    CHECK(accepted(is_listen_address, "localhost") == "127.0.0.1");
    CHECK(accepted(is_listen_address, "0.0.0.0") == "0.0.0.0");
    CHECK(accepted(is_listen_address, "::1") == "::1");
    for (const auto* wrong : {"", "example.com", "127.1", "[::1]", "127.0.0.1:80"})
        CHECK_MESSAGE(accepted(is_listen_address, wrong).empty(), wrong);
}

TEST_CASE("an upstream has the scheme http, a host and a port, and nothing else") {
    CHECK(accepted(is_upstream, "http://127.0.0.1:4000") == "http://127.0.0.1:4000");
    CHECK(accepted(is_upstream, "http://api-1.internal:80/") == "http://api-1.internal:80");
    CHECK(accepted(is_upstream, "http://[::1]:4000") == "http://[::1]:4000");
    for (const auto* wrong :
         {"", "http://", "http://api", "http://api:", "http://:4000", "http://api:0", "http://api:65536",
          "http://api:+1", "https://api:4000", "api:4000", "http://api:4000/v1", "http://u:p@api:4000",
          "http://api:4000//", "http://api :4000", "http://[::1:4000", "http://::1:4000"})
        CHECK_MESSAGE(accepted(is_upstream, wrong).empty(), wrong);
}

TEST_CASE("a trusted proxy is an address or a block of them") {
    for (const auto* right :
         {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "192.168.1.7/32", "::1", "fd00::/8", "::/128"})
        CHECK_MESSAGE(accepted(is_proxy, right) == right, right);
    for (const auto* wrong : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
                              "fd00::/129", "/8", "[::1]", "10.0.0.0/ 8", "*"})
        CHECK_MESSAGE(accepted(is_proxy, wrong).empty(), wrong);
}

TEST_CASE("an origin has a scheme and a host") {
    CHECK(accepted(is_origin, "https://chat.example.com") == "https://chat.example.com");
    for (const auto* wrong : {"", "*", "chat.example.com", "https://chat.example.com/path"})
        CHECK_MESSAGE(accepted(is_origin, wrong).empty(), wrong);
}

TEST_CASE("a signing secret has 32 bytes at least") {
    CHECK(accepted(is_signing_secret, std::string(32, 's')).size() == 32);
    CHECK(accepted(is_signing_secret, std::string(31, 's')).empty());
}

TEST_CASE("an issuer and an audience are printable and have no blanks") {
    CHECK(accepted(is_token_name, "https://id.example.com/") == "https://id.example.com/");
    CHECK(accepted(is_token_name, std::string(200, 'a')).size() == 200);
    for (const auto& wrong :
         {std::string(), std::string("my chat"), std::string("\u00e9"), std::string(201, 'a')})
        CHECK_MESSAGE(accepted(is_token_name, wrong).empty(), wrong);
}

TEST_CASE("a database is a URL of libpq") {
    CHECK(!accepted(is_database_url, "postgres://db/roost").empty());
    CHECK(!accepted(is_database_url, "postgresql://db/roost").empty());
    for (const auto& wrong : {std::string(), std::string("mysql://db/roost"), std::string("host=db"),
                              std::string("postgres://db/roost\n"), std::string("postgres://db/\0roost", 20)})
        CHECK_MESSAGE(accepted(is_database_url, wrong).empty(), wrong);
}

TEST_CASE("a database's URL is shown with everything but its passwords") {
    CHECK(without_passwords("postgres://roost:hush@db:5432/roost?sslmode=require") ==
          "postgres://roost:***@db:5432/roost?sslmode=require");
    CHECK(without_passwords("postgresql://roost@db") == "postgresql://roost@db");
    CHECK(without_passwords("postgres:///roost?host=/run/postgresql&user=roost") ==
          "postgres:///roost?host=/run/postgresql&user=roost");
    CHECK(without_passwords("postgres://u:hush@a:1,b:2,[::1]:3,%2Frun/x") ==
          "postgres://u:***@a:1,b:2,[::1]:3,%2Frun/x");
    CHECK(without_passwords("postgres://u:hu#sh@db/x") == "postgres://u:***@db/x");
}

TEST_CASE("a password is not shown wherever libpq would read one") {
    for (const auto* name :
         {"password", "sslpassword", "passfile", "pass%77ord", "%70assword", "oauth_client_secret"}) {
        const auto shown =
            without_passwords(fmt::format("postgres://db/x?sslmode=require&{}=hush&user=u", name));
        CHECK(shown == fmt::format("postgres://db/x?sslmode=require&{}=***&user=u", name));
    }
}

TEST_CASE("a URL is not shown at all where a password may have broken it into pieces") {
    for (const auto* url : {"postgres://u:hu/sh@db/x", "postgres://u:hu?sh@db/x", "postgres://u:hu@sh@db/x",
                            "postgres://u:42/sh@db/x", "postgres://u:hush", "postgres://u:hush/x",
                            "postgres://db/x?user=u:hush@db", "postgres://db/x#hush", "hush"})
        CHECK_MESSAGE(without_passwords(url) == "(set)", url);
}

}  // namespace roost::cli
