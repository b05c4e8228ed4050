#include "http/response_parser.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace roost::http {
namespace {

using State = ResponseParser::State;

constexpr ClientLimits limits{.head_bytes = 400, .headers = 8, .body_bytes = 100, .interim_answers = 2};

// Feeds `bytes` in pieces of `step`, as a connection would; what is left over stays in `rest`.
struct Reading {
    ResponseParser parser{limits};
    State state = State::need_more;
    std::string rest;

    explicit Reading(std::string_view bytes, std::size_t step = std::string_view::npos,
                     Method of_request = Method::get) {
        parser.next(of_request);
        read(bytes, step);
    }
    void read(std::string_view bytes, std::size_t step = std::string_view::npos) {
        while (state == State::need_more && !bytes.empty()) {
            const auto piece = bytes.substr(0, step);
            bytes.remove_prefix(piece.size());
            rest += piece;
            const auto fed = parser.feed({rest.data(), rest.size()});
            rest.erase(0, fed.consumed);
            state = fed.state;
        }
        rest += bytes;
    }
};

// Whole and byte by byte it is the same; what it is.
State state_of(const std::string& bytes, Method of_request = Method::get) {
    const auto at_once = Reading(bytes, std::string::npos, of_request).state;
    const auto byte_by_byte = Reading(bytes, 1, of_request).state;
    CHECK(at_once == byte_by_byte);
    return at_once;
}

std::string fault_of(const std::string& bytes) {
    const Reading reading(bytes, 1);
    CHECK(state_of(bytes) == State::garbage);
    return std::string(reading.parser.fault());
}

std::string ok_with(const std::string& headers, const std::string& body = "") {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body;
}

const std::string plain =
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length:  5 \r\nX-A: \r\n\r\nhello";
const std::string chunked = ok_with("Transfer-Encoding: Chunked\r\n",
                                    "3\r\nhel\r\n2;name=\"value\"\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n");

}  // namespace

TEST_CASE("an answer is the same however it is split") {
    for (std::size_t split = 1; split < plain.size(); ++split) {
        CAPTURE(split);
        Reading reading(plain.substr(0, split));
        REQUIRE(reading.state == State::need_more);
        reading.read(plain.substr(split));
        REQUIRE(reading.state == State::complete);
        const auto& response = reading.parser.response();
        CHECK(response.status == 201);
        CHECK(response.content_type.empty());
        CHECK(response.headers.size() == 3);
        CHECK(response.headers.find("content-type") == "application/json");
        CHECK(response.headers.find("Content-Length") == "5");
        CHECK(response.headers.find("x-a") == "");
        CHECK(response.body == "hello");
        CHECK(reading.parser.keep_alive());
        CHECK(reading.rest.empty());
    }
}

TEST_CASE("a chunked answer is put together however it is split, and its trailers are dropped") {
    for (std::size_t split = 1; split < chunked.size(); ++split) {
        CAPTURE(split);
        Reading reading(chunked.substr(0, split));
        reading.read(chunked.substr(split), 1);
        REQUIRE(reading.state == State::complete);
        CHECK(reading.parser.response().body == "hello");
        CHECK_FALSE(reading.parser.response().headers.find("X-Trailer"));
        CHECK(reading.parser.keep_alive());
        CHECK(reading.rest.empty());
    }
}

TEST_CASE("an answer without a length goes on until the connection ends, and is the last on it") {
    for (const std::string body : {"", "all of it"}) {
        Reading reading(ok_with("", body), 1);
        CHECK(reading.state == State::need_more);
        CHECK(reading.parser.head_complete());
        CHECK(reading.parser.finish() == State::complete);
        CHECK(reading.parser.response().body == body);
        CHECK_FALSE(reading.parser.keep_alive());
    }
}

TEST_CASE("an answer that the end of the connection cuts off is garbage") {
    for (const auto& whole : {plain, chunked}) {
        for (std::size_t end = 0; end < whole.size(); ++end) {
            CAPTURE(end);
            Reading reading(whole.substr(0, end));
            CHECK(reading.parser.finish() == State::garbage);
            CHECK(reading.parser.fault() == "the connection ended within it");
        }
    }
    Reading only_interim("HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(only_interim.parser.finish() == State::garbage);
}

TEST_CASE("answers that have no body end with their head, whatever it says") {
    for (const auto* status : {"204 No Content", "304 Not Modified"}) {
        Reading reading("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 5\r\n\r\nnext");
        CHECK(reading.state == State::complete);
        CHECK(reading.parser.response().body.empty());
        CHECK(reading.rest == "next");
    }
    for (const auto& head :
         {ok_with("Content-Length: 5000\r\n"), ok_with("Transfer-Encoding: chunked\r\n"), ok_with("")}) {
        Reading reading(head + "next", std::string::npos, Method::head);
        CHECK(reading.state == State::complete);
        CHECK(reading.parser.response().body.empty());
        CHECK(reading.parser.keep_alive());
        CHECK(reading.rest == "next");
    }
}

TEST_CASE("interim answers are passed over, up to a limit") {
    const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 3\r\n\r\n";
    const auto all = "HTTP/1.1 100 Continue\r\n\r\n" + interim + plain;
    for (const std::size_t step : {std::size_t{1}, std::string::npos}) {
        Reading reading(all, step);
        CHECK(reading.state == State::complete);
        CHECK(reading.parser.response().status == 201);
        CHECK(reading.parser.response().headers.size() == 3);
        CHECK(reading.parser.response().body == "hello");
    }
    CHECK(fault_of(interim + interim + interim + plain) == "too many interim answers go before it");
    CHECK(fault_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") ==
          "it switches protocols unasked");
}

TEST_CASE("the connection goes on unless the answer says otherwise") {
    const auto keeps_alive = [](const std::string& answer) {
        Reading reading(answer);
        CHECK(reading.state == State::complete);
        return reading.parser.keep_alive();
    };
    CHECK(keeps_alive(ok_with("Content-Length: 0\r\n")));
    CHECK(keeps_alive(ok_with("Content-Length: 0\r\nConnection: Keep-Alive\r\n")));
    CHECK_FALSE(keeps_alive(ok_with("Content-Length: 0\r\nConnection: x, CLOSE\r\n")));
    CHECK_FALSE(keeps_alive("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    CHECK(keeps_alive("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("answers come one after another out of the same bytes") {
    Reading reading(plain + chunked + "HTTP/1.1 204 \r\n\r\n", 7);
    for (const auto& [status, body] : {std::pair{201, "hello"}, {200, "hello"}, {204, ""}}) {
        REQUIRE(reading.state == State::complete);
        CHECK(reading.parser.response().status == status);
        CHECK(reading.parser.response().body == body);
        const auto rest = std::exchange(reading.rest, {});
        reading.parser.next(Method::get);
        reading.state = State::need_more;
        reading.read(rest, 7);
    }
    CHECK(reading.rest.empty());
}

TEST_CASE("what is no HTTP is garbage with its first bytes") {
    for (const std::string first : {"S", "HTTP2", "HTTPS", "\r", "\n", "<", " "}) {
        CAPTURE(first);
        CHECK(fault_of(first) == "the status line is not HTTP/1.1's");
    }
    for (const auto* line : {"HTTP/2.0 200 OK", "HTTP/1.2 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK",
                             "HTTP/1.1 2000 OK", "HTTP/1.1 200", "HTTP/1.1 099 OK", "HTTP/1.1 600 OK",
                             "HTTP/1.1 2x0 OK", "HTTP/1.1 200\tOK", "HTTP/1.1 200 O\x01K", "HTTP/1.1"}) {
        CAPTURE(line);
        CHECK(fault_of(std::string(line) + "\r\n\r\n") == "the status line is not HTTP/1.1's");
    }
    CHECK(state_of("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n") == State::complete);
    CHECK(state_of("HTTP/1.1 599 Any reason, of any kind\r\nContent-Length: 0\r\n\r\n") == State::complete);
}

TEST_CASE("a head that two readers could read differently is garbage") {
    for (const auto* header : {"A: b\nC: d\r\n", "A: b\rC: d\r\n", "\nA: b\r\n"})
        CHECK(fault_of(ok_with(header)) == "a line of the head does not end in CR LF");
    for (const auto* header : {" A: b\r\n", "A: b\r\n c\r\n", "A : b\r\n", ": b\r\n", "A\r\n", "A: \x7f\r\n"})
        CHECK(fault_of(ok_with(header)) == "a header is not well-formed");
    for (const auto* header :
         {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n",
          "Content-Length: -1\r\n", "Content-Length: 0x1\r\n", "Content-Length:\r\n",
          "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"})
        CHECK(fault_of(ok_with(header)) == "its length is unclear");
    CHECK(fault_of("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") == "its length is unclear");
    CHECK(fault_of(ok_with("Connection: a b\r\n")) == "its Connection header is not well-formed");
}

TEST_CASE("a malformed chunk is garbage") {
    const auto body = [](const std::string& bytes) {
        return ok_with("Transfer-Encoding: chunked\r\n", bytes);
    };
    for (const auto* bytes : {"x\r\nabc\r\n0\r\n\r\n", "1\r\nab\r\n0\r\n\r\n", "-1\r\na\r\n0\r\n\r\n",
                              "1 \na\r\n0\r\n\r\n", "ffffffffffffffffff\r\na\r\n0\r\n\r\n"})
        CHECK_MESSAGE(state_of(body(bytes)) == State::garbage, bytes);
}

TEST_CASE("a head beyond the limits is garbage before its end") {
    const std::string line = "HTTP/1.1 200 OK\r\n";
    CHECK(fault_of(line + "A: " + std::string(limits.head_bytes, 'a')) == "its head is too large");
    std::string many = line;
    for (std::size_t i = 0; i < limits.headers; ++i) many += "A: b\r\n";
    CHECK(state_of(many + "\r\n") == State::need_more);  // its body goes on until the end
    CHECK(fault_of(many + "A: b\r\n") == "its head is too large");
    const std::string fits = line + "A: ";
    const std::string end = "\r\nContent-Length: 0\r\n\r\n";
    const std::string filled(limits.head_bytes - fits.size() - end.size(), 'a');
    CHECK(state_of(fits + filled + end) == State::complete);
    CHECK(fault_of(fits + filled + "a" + end) == "its head is too large");
}

TEST_CASE("a body beyond the limit is garbage, however its end is told") {
    const std::string most(limits.body_bytes, 'x');
    CHECK(state_of(ok_with("Content-Length: 100\r\n", most)) == State::complete);
    CHECK(fault_of(ok_with("Content-Length: 101\r\n")) == "its body is too large");
    CHECK(state_of(ok_with("Transfer-Encoding: chunked\r\n", "64\r\n" + most + "\r\n0\r\n\r\n")) ==
          State::complete);
    CHECK(fault_of(ok_with("Transfer-Encoding: chunked\r\n", "64\r\n" + most + "\r\n1\r\nx")) ==
          "its body is too large");
    CHECK(state_of(ok_with("", most)) == State::need_more);
    CHECK(fault_of(ok_with("", most + "x")) == "its body is too large");
}

TEST_CASE("a chunked body cannot go on for ever without growing") {
    const auto head = ok_with("Transfer-Encoding: chunked\r\n");
    CHECK(fault_of(head + "1;" + std::string(limits.head_bytes + 1, 'x')) ==
          "a chunk's line or a trailer is too long");
    CHECK(fault_of(head + "0\r\nX: " + std::string(limits.head_bytes + 1, 'x')) ==
          "a chunk's line or a trailer is too long");
    std::string padded = head;
    for (int i = 0; i < 20; ++i) padded += "1;" + std::string(100, 'x') + "\r\na\r\n";
    CHECK(fault_of(padded) == "its chunks are too small");
}

}  // namespace roost::http
