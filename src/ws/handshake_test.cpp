#include "ws/handshake.hpp"

#include <doctest/doctest.h>

using namespace roost;
using namespace roost::ws;

namespace {

UpgradeRequest valid() {
    return {.method = "GET",
            .http_version = 11,
            .upgrade = "websocket",
            .connection = "Upgrade",
            .key = "dGhlIHNhbXBsZSBub25jZQ==",
            .version = "13"};
}

bool refusal_names(const UpgradeRequest& request, std::string_view word) {
    const auto check = check_upgrade(request);
    return !check.is_accepted() && check.refusal.find(word) != std::string_view::npos;
}

std::vector<std::string_view> list(std::initializer_list<std::string_view> entries) {
    return entries;
}

}  // namespace

TEST_CASE("1: a valid upgrade is accepted with the key of RFC 6455, section 1.3") {
    const auto check = check_upgrade(valid());
    CHECK(check.is_accepted());
    CHECK(check.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(check.refusal.empty());
    CHECK(accept_key("x3JJHMbDL1EzLkh9GBhXDw==") == "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
}

TEST_CASE("1: tokens are found in lists, in any case and between blanks") {
    auto request = valid();
    request.upgrade = "h2c, \tWebSocket ";
    request.connection = "keep-alive,UPGRADE";
    request.key = " dGhlIHNhbXBsZSBub25jZQ== ";
    CHECK(check_upgrade(request).is_accepted());
    request.http_version = 20;
    CHECK(check_upgrade(request).is_accepted());
}

TEST_CASE("6: another method is refused with a sentence that says so") {
    auto request = valid();
    for (const auto* method : {"POST", "HEAD", "get", ""}) {
        request.method = method;
        CHECK(refusal_names(request, "method GET"));
    }
}

TEST_CASE("7: what is missing from an upgrade is named") {
    auto request = valid();
    request.http_version = 10;
    CHECK(refusal_names(request, "HTTP/1.1"));

    request = valid();
    for (const auto* upgrade : {"", "h2c", "websockets", "web socket", "not-websocket"}) {
        request.upgrade = upgrade;
        CHECK(refusal_names(request, "Upgrade: websocket"));
    }

    request = valid();
    for (const auto* connection : {"", "keep-alive", "close, upgraded"}) {
        request.connection = connection;
        CHECK(refusal_names(request, "Connection: Upgrade"));
    }
}

TEST_CASE("8: a missing key and one that is not 16 bytes in base64 are refused") {
    auto request = valid();
    request.key = "";
    CHECK(refusal_names(request, "Sec-WebSocket-Key is missing"));
    for (const auto* key :
         {"dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub25jZQ=*",
          "dGhlIHNhbXBsZSBub25jZSEh", "dGhlIHNhbXBsZSBub25jZSE=", "x",
          "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==", "__hlIHNhbXBsZSBub25jZQ=="}) {
        request.key = key;
        CAPTURE(key);
        CHECK(refusal_names(request, "Sec-WebSocket-Key must be"));
    }
}

TEST_CASE("8: a version other than 13 is refused") {
    auto request = valid();
    for (const auto* version : {"", "8", "12", "013", "13, 13", "14"}) {
        request.version = version;
        CHECK(refusal_names(request, "Sec-WebSocket-Version: 13"));
    }
}

TEST_CASE("the entries of a subprotocol header are listed in order, without blanks and empty entries") {
    CHECK(subprotocols("").empty());
    CHECK(subprotocols(" , ,").empty());
    CHECK(subprotocols("phoenix") == list({"phoenix"}));
    CHECK(subprotocols(" phoenix ,,\tother,") == list({"phoenix", "other"}));
}

TEST_CASE("22-23: the first configured subprotocol that is offered is chosen, none without a match") {
    const auto offered = list({"b", "a"});
    CHECK_FALSE(select_subprotocol(offered, {}));
    CHECK(select_subprotocol(offered, list({"x", "a", "b"})) == "a");
    CHECK_FALSE(select_subprotocol(offered, list({"x", "A"})));
    CHECK_FALSE(select_subprotocol({}, list({"a"})));
}

TEST_CASE("24: the token is read from the bearer entry, which is never chosen") {
    const auto offered = subprotocols("phoenix, base64url.bearer.phx.ZXlKLmEuYg");
    CHECK(*bearer_token(offered) == "eyJ.a.b");
    CHECK(select_subprotocol(offered, list({"phoenix"})) == "phoenix");
    CHECK_FALSE(select_subprotocol(offered, list({"base64url.bearer.phx.ZXlKLmEuYg"})));
}

TEST_CASE("25: the token is decoded from either alphabet, padded or not") {
    for (const auto* entry : {"base64url.bearer.phx.fn5+Pz8/Pw", "base64url.bearer.phx.fn5-Pz8_Pw",
                              "base64url.bearer.phx.fn5+Pz8/Pw==", "base64url.bearer.phx.fn5-Pz8_Pw=="}) {
        CHECK(*bearer_token(list({entry})) == "~~~????");
    }
}

TEST_CASE("27: an undecodable token is forbidden, and an absent one is no error") {
    for (const auto* entry : {"base64url.bearer.phx.", "base64url.bearer.phx.A", "base64url.bearer.phx.a*b",
                              "base64url.bearer.phx.Zg=", "base64url.bearer.phx.=="}) {
        const auto token = bearer_token(list({"phoenix", entry}));
        REQUIRE(token.has_error());
        CHECK(token.error().kind().status == 403);
    }
    CHECK(*bearer_token(subprotocols("phoenix")) == std::nullopt);
    CHECK(*bearer_token({}) == std::nullopt);
    CHECK(*bearer_token(subprotocols("BASE64URL.bearer.phx.Zg")) == std::nullopt);
}

TEST_CASE("27: two bearer entries are ambiguous and forbidden") {
    CHECK(bearer_token(subprotocols("base64url.bearer.phx.Zg, base64url.bearer.phx.Zg")).has_error());
}
