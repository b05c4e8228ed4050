#include "ws/deflate_agreement.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace roost::ws;

namespace {

const std::string ours = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

// "-" when nothing is agreed.
std::string answer_to(std::string_view offers) {
    const auto agreement = agree_on_deflate(offers);
    return agreement ? agreement->answer : "-";
}

}  // namespace

TEST_CASE("29: an offer of permessage-deflate is answered without context in either direction") {
    for (const auto* offer : {
             "permessage-deflate",
             "PerMessage-Deflate",
             "permessage-deflate; client_max_window_bits",  // Chromium's
             "permessage-deflate;client_max_window_bits=15",
             "permessage-deflate; client_max_window_bits=\"8\"",
             "permessage-deflate; server_no_context_takeover",
             "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
             "permessage-deflate; Client_No_Context_Takeover",
             "  permessage-deflate ;\tclient_max_window_bits = 10 ",
             ", ,permessage-deflate,",
         }) {
        CAPTURE(offer);
        const auto agreement = agree_on_deflate(offer);
        REQUIRE(agreement);
        CHECK(agreement->answer == ours);
        CHECK(agreement->compresses_outgoing);
    }
}

TEST_CASE(
    "29: a bound on the server's window is answered, and below 15 nothing is compressed for that client") {
    for (int bits = 8; bits <= 15; ++bits) {
        const auto number = std::to_string(bits);
        for (const auto& value : {number, fmt::format(R"("{}")", number), fmt::format(R"("\{}")", number)}) {
            CAPTURE(value);
            const auto agreement =
                agree_on_deflate(fmt::format("permessage-deflate; server_max_window_bits={}", value));
            REQUIRE(agreement);
            CHECK(agreement->answer == fmt::format("{}; server_max_window_bits={}", ours, number));
            CHECK(agreement->compresses_outgoing == (bits == 15));
        }
    }
}

TEST_CASE("without an offer of permessage-deflate nothing is agreed") {
    for (const auto* offers :
         {"", " ", ",", "x-webkit-deflate-frame", "permessage-bzip2", "permessage-deflated", "deflate"}) {
        CAPTURE(offers);
        CHECK(answer_to(offers) == "-");
    }
}

TEST_CASE("an offer with a parameter that is unknown, repeated or of a wrong value is declined") {
    for (const auto* parameters : {
             "x",
             "x=1",
             "server_max_window",
             "server_no_context_takeover=1",
             "server_no_context_takeover=true",
             "client_no_context_takeover=\"\"",
             "client_no_context_takeover=10",
             "server_max_window_bits",
             "server_max_window_bits=",
             "server_max_window_bits=7",
             "server_max_window_bits=16",
             "server_max_window_bits=08",
             "server_max_window_bits=+8",
             "server_max_window_bits=8x",
             "server_max_window_bits=115",
             "server_max_window_bits=4294967304",
             "client_max_window_bits=7",
             "client_max_window_bits=16",
             "client_max_window_bits=010",
             "client_max_window_bits=\"\"",
             "client_max_window_bits; client_max_window_bits",
             "client_max_window_bits=10; client_max_window_bits=10",
             "server_max_window_bits=10; SERVER_max_window_bits=11",
             "server_no_context_takeover; server_no_context_takeover",
             "client_no_context_takeover; server_no_context_takeover; client_no_context_takeover",
         }) {
        CAPTURE(parameters);
        const auto offer = "permessage-deflate; " + std::string(parameters);
        CHECK(answer_to(offer) == "-");
        CHECK(answer_to(offer + ", permessage-deflate") == ours);
    }
}

TEST_CASE("an offer that is malformed is declined, and those behind it are read") {
    for (const auto* offer : {
             "permessage-deflate;",
             "permessage-deflate; ",
             "permessage-deflate;;client_max_window_bits",
             "permessage-deflate; =8",
             "permessage-deflate client_max_window_bits",
             "permessage-deflate; client_max_window_bits 8",
             "permessage-deflate; client_max_window_bits=8 9",
             "permessage-deflate; client_max_window_bits=\"8\"9",
             "permessage-deflate; client_max_window_bits=\"8 \"",
             "permessage-deflate; client_max_window_bits=\"8",
             "permessage-deflate; client_max_window_bits=\"",
             "permessage-deflate; client_max_window_bits=\"\\",
             "permessage-deflate=8",
             "\"permessage-deflate\"",
             "permessage-deflate\x01",
             ";permessage-deflate",
             "=",
         }) {
        CAPTURE(offer);
        CHECK(answer_to(offer) == "-");
        CHECK(answer_to(std::string(offer) + ", permessage-deflate") == ours);
    }
}

TEST_CASE("the first acceptable offer wins, whatever else is offered") {
    CHECK(answer_to("permessage-deflate; server_max_window_bits=15, permessage-deflate") ==
          ours + "; server_max_window_bits=15");
    CHECK(answer_to("permessage-deflate, permessage-deflate; server_max_window_bits=10") == ours);
    CHECK(answer_to(
              "permessage-deflate; x, permessage-deflate; server_max_window_bits=9, permessage-deflate") ==
          ours + "; server_max_window_bits=9");
    CHECK(answer_to("permessage-bzip2; a=\"b\"; c, permessage-deflate") == ours);
    CHECK(answer_to("foo; a=\"x;y\", permessage-deflate") == ours);
}
