// Chunked bodies as both parsers refuse them: the same way however the bytes fall into reads.
#include "http/parser.hpp"
#include "http/response_parser.hpp"

#include <doctest/doctest.h>

#include <string>

namespace roost::http {
namespace {

// Small, so that every cut can be tried.
constexpr Limits limits{.head_bytes = 200, .body_bytes = 100};
constexpr ClientLimits client_limits{.head_bytes = 200, .body_bytes = 100};

// The first piece, then the others; what was left over goes before the next.
template <class P>
auto feed_pieces(P& parser, std::string_view bytes, std::size_t first, std::size_t others) {
    using State = typename P::State;
    auto state = State::need_more;
    std::string unread;
    for (auto size = first; state == State::need_more && !bytes.empty(); size = others) {
        unread += bytes.substr(0, size);
        bytes.remove_prefix(std::min(size, bytes.size()));
        const auto fed = parser.feed({unread.data(), unread.size()});
        unread.erase(0, fed.consumed);
        state = fed.state;
    }
    return state;
}

// "complete: <body>", "waits", or the refusal's status and detail.
std::string request_outcome(std::string_view bytes, std::size_t first, std::size_t others) {
    Parser parser(limits);
    switch (feed_pieces(parser, bytes, first, others)) {
        case Parser::State::need_more: return "waits";
        case Parser::State::complete: return "complete: " + parser.request().body;
        case Parser::State::refused: break;
    }
    return std::to_string(parser.refusal().status) + " " + std::string(parser.refusal().detail);
}

std::string answer_outcome(std::string_view bytes, std::size_t first, std::size_t others) {
    ResponseParser parser(client_limits);
    parser.next(Method::get);
    switch (feed_pieces(parser, bytes, first, others)) {
        case ResponseParser::State::need_more: return "waits";
        case ResponseParser::State::complete: return "complete: " + parser.response().body;
        case ResponseParser::State::garbage: break;
    }
    return std::string(parser.fault());
}

template <class Outcome>
std::string however_cut(const std::string& bytes, Outcome outcome) {
    const auto whole = outcome(bytes, bytes.size(), 1);
    CHECK(outcome(bytes, 1, 1) == whole);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        CAPTURE(cut);
        CHECK(outcome(bytes, cut, bytes.size()) == whole);
    }
    return whole;
}

std::string to_request(const std::string& chunks) {
    return however_cut("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
                       request_outcome);
}

std::string to_answer(const std::string& chunks) {
    return however_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, answer_outcome);
}

std::string trailers(std::size_t bytes) {
    std::string text;
    while (text.size() + 40 < bytes) text += "Trailer: of twenty b\r\n";
    return text + "A:" + std::string(bytes - text.size() - 6, 'x') + "\r\n\r\n";
}

const std::string bad_chunk = "400 The chunked body is not well-formed.";
const std::string too_large = "431 The headers are larger, or more, than this server accepts.";

}  // namespace

TEST_CASE(
    "trailers within the limit of a head are dropped, beyond it refused, also when they come in one read") {
    const auto within = "3\r\nabc\r\n0\r\n" + trailers(200);
    CHECK(to_request(within) == "complete: abc");
    CHECK(to_answer(within) == "complete: abc");
    for (const std::size_t bytes : {201U, 220U, 400U, 1000U}) {
        const auto beyond = "3\r\nabc\r\n0\r\n" + trailers(bytes);
        CHECK(to_request(beyond) == too_large);
        CHECK(to_answer(beyond) == "a chunk's line or a trailer is too long");
    }
}

TEST_CASE("a chunk extension that ends within its quotes is refused at the end of its line") {
    for (const auto* line : {"2;a=\"x\r\n", "0;a=\"x\r\n", "2;a=\"x\\\r\n", "2;a=\"\r\n"}) {
        CAPTURE(line);
        for (const auto* rest : {"", "lo\r\n0\r\n\r\n", "\"\r\nlo\r\n0\r\n\r\n"}) {
            CHECK(to_request(line + std::string(rest)) == bad_chunk);
            CHECK(to_answer(line + std::string(rest)) == "its chunked body is not well-formed");
        }
    }
}

TEST_CASE("the size of a chunk counts once against the limit, however often its line is looked at") {
    CHECK(to_request("3c;a=b\r\n" + std::string(60, 'x') + "\r\n28;c=\"d\"\r\n" + std::string(40, 'x') +
                     "\r\n0\r\n\r\n") == "complete: " + std::string(100, 'x'));
    CHECK(to_request("3c\r\n" + std::string(60, 'x') + "\r\n29\r\n").starts_with("413 "));
}

}  // namespace roost::http
