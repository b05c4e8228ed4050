#include "http/chunked_body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace roost::http {
namespace {

using State = ChunkedBody::State;

constexpr std::size_t line_bytes = 40;
constexpr std::size_t body_bytes = 20;

struct Outcome {
    State state = State::need_more;
    std::string body;
    std::size_t consumed = 0;

    bool operator==(const Outcome&) const = default;
};

// Fed the first piece, then the others.
Outcome outcome_of_pieces(std::string_view bytes, std::size_t first, std::size_t others) {
    ChunkedBody chunks(line_bytes, body_bytes);
    Outcome outcome;
    std::string unread;
    for (auto size = first; outcome.state == State::need_more && !bytes.empty(); size = others) {
        unread += bytes.substr(0, size);
        bytes.remove_prefix(std::min(size, bytes.size()));
        // Of exactly its size, so that the sanitizer sees a byte read beyond it.
        const std::vector<char> buffer(unread.begin(), unread.end());
        const auto fed = chunks.feed({buffer.data(), buffer.size()}, outcome.body);
        outcome.state = fed.state;
        outcome.consumed += fed.consumed;
        unread.erase(0, fed.consumed);
        if (fed.state == State::need_more) CHECK(unread.size() <= line_bytes);
        CHECK(outcome.body.size() <= body_bytes);
    }
    return outcome;
}

// At once, byte by byte, and cut in two at every byte it is the same; what it is.
Outcome outcome_of(const std::string& bytes) {
    const auto whole = outcome_of_pieces(bytes, bytes.size(), 1);
    CHECK(outcome_of_pieces(bytes, 1, 1) == whole);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        CAPTURE(cut);
        CHECK(outcome_of_pieces(bytes, cut, bytes.size()) == whole);
    }
    return whole;
}

State state_of(const std::string& bytes) {
    return outcome_of(bytes).state;
}

// The body, when all of `bytes` is one.
std::string body_of(const std::string& bytes) {
    const auto outcome = outcome_of(bytes);
    CHECK(outcome.state == State::complete);
    CHECK(outcome.consumed == bytes.size());
    return outcome.body;
}

}  // namespace

TEST_CASE("chunks are put together, and what follows the last one is left alone") {
    CHECK(body_of("5\r\nhello\r\n0\r\n\r\n") == "hello");
    CHECK(body_of("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") == "hello");
    CHECK(body_of("0\r\n\r\n").empty());
    CHECK(body_of("2\r\n\r\n\r\n000\r\n\r\n") == "\r\n");
    CHECK(body_of("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n") == "01234567890123456789");
    const auto outcome = outcome_of("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
    CHECK(outcome.state == State::complete);
    CHECK(outcome.consumed == 11);
}

TEST_CASE("chunk extensions and trailers are read and dropped") {
    for (const auto* extensions : {";a", ";a=b", ";a=\"b\"", ";a=\"\"", " ;\ta = b ; c",
                                   ";a=\"b;\\\"\\\\\";c", ";a=\"0\xff\t\"", ";!=~"}) {
        CAPTURE(extensions);
        CHECK(body_of("1" + std::string(extensions) + "\r\nx\r\n0" + extensions + "\r\n\r\n") == "x");
    }
    CHECK(body_of("1\r\nx\r\n0\r\nA: b\r\nHost:\r\nX-C:\td \xff\r\n\r\n") == "x");
}

TEST_CASE("a size that is none is malformed") {
    for (const auto* size : {"", " ", "x", "-1", "+1", "0x1", "1 ", " 1", "1x", "1 2", "1\t", "g",
                             "11111111111111111", "1\r", "1\0021"}) {
        CAPTURE(size);
        CHECK(state_of(std::string(size) + "\r\n") == State::malformed);
    }
}

TEST_CASE("an extension that is malformed, or ends within its quotes, is known at the end of its line") {
    for (const auto* extensions :
         {";",         "; ",        ";=",     ";a=",    ";a= ",        ";a ",      ";a;",
          ";a=b ",     ";a b",      ";a=b=c", ";a=\"",  ";a=\"x",      ";a=\"x\\", ";a=\"x\\\"",
          ";a=\"x\"y", ";a=x\"y\"", "\"",     ";\"a\"", ";a=\"\x01\"", ";a=\x7f",  "=a"}) {
        CAPTURE(extensions);
        const auto line = "2" + std::string(extensions) + "\r\n";
        CHECK(state_of(line) == State::malformed);
        CHECK(state_of(line + "\"\r\nxx\r\n0\r\n\r\n") == State::malformed);
        CHECK(state_of("0" + std::string(extensions) + "\r\n") == State::malformed);
    }
}

TEST_CASE("a line that ends in anything but CR LF, or has either inside, is malformed") {
    for (const auto* bytes : {"1\nx\r\n0\r\n\r\n", "1\r\rx", "1\r\r\nx", "1;a=\"\r\"\r\n", "1;a=\"\n\"\r\n",
                              "0\n\r\n", "0\r\nA: b\n\r\n", "0\r\nA: b\rc\r\n", "0\r\n\n", "0\r\n\r\r\n"}) {
        CAPTURE(bytes);
        CHECK(state_of(std::string(bytes) + "\r\n") == State::malformed);
    }
}

TEST_CASE("a chunk that goes on behind its size is malformed with the first byte that is not its end") {
    CHECK(outcome_of("1\r\nab") == Outcome{State::malformed, "a", 4});
    CHECK(outcome_of("1\r\na\n") == Outcome{State::malformed, "a", 4});
    CHECK(outcome_of("1\r\na\rb") == Outcome{State::malformed, "a", 4});
    CHECK(outcome_of("1\r\na\r") == Outcome{State::need_more, "a", 4});
}

TEST_CASE("a trailer that is no header, or could frame a message, is malformed") {
    for (const auto* trailer : {"no trailer", ": b", " A: b", "A : b", "A: b\r\n c: d", "A: \x01", "A\x7f: b",
                                "Content-Length: 3", "content-length:3", "Transfer-Encoding: chunked"}) {
        CAPTURE(trailer);
        CHECK(state_of("0\r\n" + std::string(trailer) + "\r\n\r\n") == State::malformed);
    }
}

TEST_CASE("a chunk that would pass the limit of the body is refused with its line") {
    CHECK(state_of("14\r\n") == State::need_more);
    CHECK(state_of("15\r\n") == State::body_too_large);
    CHECK(state_of("ffffffffffffffff\r\n") == State::body_too_large);
    const std::string most = "14\r\n" + std::string(20, 'x') + "\r\n";
    CHECK(body_of(most + "0\r\n\r\n") == std::string(20, 'x'));
    CHECK(state_of(most + "1\r\n") == State::body_too_large);
}

TEST_CASE("a line of a size may have the limit and not a byte more, ended or not") {
    const auto line = [](std::size_t bytes) { return "0;" + std::string(bytes - 4, 'a') + "\r\n"; };
    CHECK(body_of(line(line_bytes) + "\r\n").empty());
    CHECK(state_of(line(line_bytes + 1) + "\r\n") == State::line_too_long);
    CHECK(state_of("0;" + std::string(line_bytes - 2, 'a')) == State::need_more);
    CHECK(state_of("0;" + std::string(line_bytes - 1, 'a')) == State::line_too_long);
    // Too long first, whatever else is wrong with it.
    CHECK(state_of("?" + std::string(line_bytes, 'a') + "\r\n") == State::line_too_long);
}

TEST_CASE("the trailers together may have the limit and not a byte more, in one read or in many") {
    const auto body = [](std::size_t bytes) {
        std::string trailers;
        while (bytes - trailers.size() >= 2 * 10) trailers += "A: bcdef\r\n";
        trailers += "A:" + std::string(bytes - trailers.size() - 6, 'x') + "\r\n\r\n";
        CHECK(trailers.size() == bytes);
        return "0\r\n" + trailers;
    };
    CHECK(body_of(body(line_bytes)).empty());
    CHECK(state_of(body(line_bytes + 1)) == State::line_too_long);
    CHECK(state_of(body(line_bytes + 15)) == State::line_too_long);
    CHECK(state_of(body(10 * line_bytes)) == State::line_too_long);
}

TEST_CASE("chunks that are mostly frame are refused, in the same place however they come") {
    const auto padded = [](int chunks) {
        std::string bytes;
        for (int i = 0; i < chunks; ++i) bytes += std::string(22, '0') + "1\r\nx\r\n";
        return bytes;
    };
    // 25 bytes of 40 + 8 × 20 for each.
    CHECK(outcome_of(padded(8)) == Outcome{State::need_more, "xxxxxxxx", 8 * 28});
    CHECK(state_of(padded(9)) == State::chunks_too_small);
    std::string small;
    for (std::size_t i = 0; i < body_bytes; ++i) small += "1\r\nx\r\n";
    CHECK(body_of(small + "0\r\n\r\n") == std::string(body_bytes, 'x'));
}

}  // namespace roost::http
