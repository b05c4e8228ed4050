#include "http/parser.hpp"

#include <doctest/doctest.h>

namespace roost::http {
namespace {

const Limits limits;

std::span<const char> as_span(std::string_view text) {
    return {text.data(), text.size()};
}

// Feeds `bytes` in pieces of `step`, as a connection would; what is left over stays in `rest`.
struct Reading {
    Parser parser{limits};
    Parser::State state = Parser::State::need_more;
    std::string rest;

    explicit Reading(std::string_view bytes, std::size_t step = std::string_view::npos) { read(bytes, step); }

    void read(std::string_view bytes, std::size_t step = std::string_view::npos) {
        while (state == Parser::State::need_more && !bytes.empty()) {
            const auto piece = bytes.substr(0, step);
            bytes.remove_prefix(piece.size());
            rest += piece;
            const auto fed = parser.feed(as_span(rest));
            rest.erase(0, fed.consumed);
            state = fed.state;
        }
        rest += bytes;
    }
    [[nodiscard]] int refused_with() const {
        return state == Parser::State::refused ? parser.refusal().status : 0;
    }
};

int status_of(const std::string& request) {
    const int at_once = Reading(request).refused_with();
    const int byte_by_byte = Reading(request, 1).refused_with();
    CHECK(at_once == byte_by_byte);
    return at_once;
}

std::string get_with(const std::string& headers) {
    return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}

std::string post_with(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

const std::string plain_post =
    "POST /api/messages?room=lobby HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/json\r\n"
    "content-length:  5 \r\n\r\nhello";
const std::string chunked_post = post_with("Transfer-Encoding: Chunked\r\n",
                                           "3\r\nhel\r\n2;name=\"value\"\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n");

}  // namespace

TEST_CASE("a request is the same however it is split") {
    for (std::size_t split = 1; split < plain_post.size(); ++split) {
        CAPTURE(split);
        Reading reading(plain_post.substr(0, split));
        REQUIRE(reading.state == Parser::State::need_more);
        reading.read(plain_post.substr(split));
        REQUIRE(reading.state == Parser::State::complete);
        const auto& request = reading.parser.request();
        CHECK(request.method == Method::post);
        CHECK(request.target == "/api/messages?room=lobby");
        CHECK(request.path == "/api/messages");
        CHECK(request.query == "room=lobby");
        CHECK(request.headers.size() == 3);
        CHECK(request.headers.find("HOST") == "example.com");
        CHECK(request.headers.find("Content-Length") == "5");
        CHECK(request.body == "hello");
        CHECK(request.keep_alive);
        CHECK(request.version == 11);
        CHECK(reading.rest.empty());
    }
}

TEST_CASE("a chunked body is put together however it is split, and its trailers are dropped") {
    for (std::size_t split = 1; split < chunked_post.size(); ++split) {
        CAPTURE(split);
        Reading reading(chunked_post.substr(0, split));
        reading.read(chunked_post.substr(split));
        REQUIRE(reading.state == Parser::State::complete);
        CHECK(reading.parser.request().body == "hello");
        CHECK(reading.parser.request().headers.find("X-Trailer") == std::nullopt);
        CHECK(reading.rest.empty());
    }
    CHECK(Reading(chunked_post, 1).parser.request().body == "hello");
}

TEST_CASE("pipelined requests come one after another out of the same bytes") {
    const auto bytes = plain_post + chunked_post + "\r\n" + get_with("Host: b\r\n");
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
        CAPTURE(step);
        Reading reading(bytes, step);
        REQUIRE(reading.state == Parser::State::complete);
        CHECK(reading.parser.request().query == "room=lobby");
        for (const std::string_view body : {"hello", ""}) {
            const auto rest = std::exchange(reading.rest, {});
            reading.parser.next();
            reading.state = Parser::State::need_more;
            reading.read(rest, step);
            REQUIRE(reading.state == Parser::State::complete);
            CHECK(reading.parser.request().body == body);
            CHECK(reading.parser.request().query.empty());
        }
        CHECK(reading.parser.request().headers.size() == 1);
        CHECK(reading.parser.request().headers.find("host") == "b");
        CHECK(reading.rest.empty());
    }
}

TEST_CASE("every method is known by its name, and any other is `other`") {
    const auto method_of = [](const std::string& name) {
        return Reading(name + " / HTTP/1.1\r\nHost: a\r\n\r\n").parser.request().method;
    };
    for (const auto method :
         {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del, Method::options})
        CHECK(method_of(std::string(name_of(method))) == method);
    CHECK(method_of("get") == Method::other);
    CHECK(method_of("TRACE") == Method::other);
    Reading reading("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(reading.parser.request().other_method == "TRACE");
    reading.parser.next();
    CHECK(reading.parser.request().other_method.empty());
}

TEST_CASE("an absolute URL is split like a path") {
    const auto request_for = [](const std::string& target) {
        Reading reading("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        REQUIRE(reading.state == Parser::State::complete);
        return reading.parser.request().path + "|" + reading.parser.request().query;
    };
    CHECK(request_for("http://example.com/a/b?c=d?e") == "/a/b|c=d?e");
    CHECK(request_for("https://example.com") == "/|");
    CHECK(request_for("http://example.com?c=/d") == "/|c=/d");
    CHECK(request_for("*") == "*|");
    CHECK(request_for("//a") == "//a|");
}

TEST_CASE("keep-alive is the rule in HTTP/1.1 and the exception in HTTP/1.0") {
    const auto kept = [](const std::string& version, const std::string& headers) {
        Reading reading("GET / HTTP/" + version + "\r\nHost: a\r\n" + headers + "\r\n");
        REQUIRE(reading.state == Parser::State::complete);
        return reading.parser.request().keep_alive;
    };
    CHECK(kept("1.1", ""));
    CHECK_FALSE(kept("1.1", "Connection: Close\r\n"));
    CHECK_FALSE(kept("1.1", "Connection: upgrade, close\r\n"));
    CHECK_FALSE(kept("1.0", ""));
    CHECK(kept("1.0", "Connection: keep-alive\r\n"));
}

TEST_CASE("HTTP/1.0 needs no Host") {
    CHECK(Reading("GET / HTTP/1.0\r\n\r\n").state == Parser::State::complete);
}

TEST_CASE("a malformed request line is refused with 400") {
    CHECK(status_of("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET /  HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1 \r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET /\r\n\r\n") == 400);
    CHECK(status_of("GET\r\n\r\n") == 400);
    CHECK(status_of(" GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(status_of("G(T / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET / http/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.10\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
}

TEST_CASE("what speaks another protocol is refused at its first bytes") {
    CHECK(Reading("\x16\x03\x01").refused_with() == 400);
    CHECK(Reading(std::string(33, 'A')).refused_with() == 400);
}

TEST_CASE("a target that is no path, URL or asterisk is refused with 400") {
    const auto status_for = [](const std::string& target) {
        return status_of("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    };
    CHECK(status_for("index.html") == 400);
    CHECK(status_for("ftp://a/b") == 400);
    CHECK(status_for("/a#b") == 400);
    CHECK(status_for("/a\tb") == 400);
    CHECK(status_for("/\xc3\xa9") == 400);
    CHECK(status_for("/a\x7f") == 400);
    CHECK(status_for("/a%zz?b=%") == 0);  // for the router and the query to refuse
}

TEST_CASE("any version but 1.0 and 1.1 is refused with 505") {
    CHECK(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == 505);
    CHECK(status_of("GET / HTTP/1.2\r\nHost: a\r\n\r\n") == 505);
    CHECK(status_of("GET / HTTP/0.9\r\nHost: a\r\n\r\n") == 505);
}

TEST_CASE("bare CR and bare LF in the head are refused with 400") {
    CHECK(status_of("GET / HTTP/1.1\nHost: a\n\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\n\r\n") == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A: b\rc\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A: b\nc\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A: b\r\r\n")) == 400);
}

TEST_CASE("folded headers and crooked names are refused with 400") {
    CHECK(status_of(get_with("Host: a\r\nX-A: b\r\n c\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A: b\r\n\tc\r\n")) == 400);
    CHECK(status_of(get_with(" Host: a\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A : b\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX A: b\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\n: b\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A\r\n")) == 400);
}

TEST_CASE("control characters in a header value are refused with 400") {
    for (int c = 0; c < 0x20; ++c) {
        if (c == '\t' || c == '\r' || c == '\n') continue;
        CAPTURE(c);
        CHECK(status_of(get_with(std::string("Host: a\r\nX-A: b") + static_cast<char>(c) + "\r\n")) == 400);
    }
    CHECK(status_of(get_with("Host: a\r\nX-A: \x7f\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nX-A: b\tc \xc3\xa9\r\n")) == 0);
    CHECK(status_of(get_with("Host: a\r\nX-Empty:\r\n")) == 0);
}

TEST_CASE("HTTP/1.1 needs exactly one plausible Host") {
    CHECK(status_of(get_with("")) == 400);
    CHECK(status_of(get_with("Host: a\r\nHost: a\r\n")) == 400);
    CHECK(status_of(get_with("Host: a\r\nhost: b\r\n")) == 400);
    CHECK(status_of(get_with("Host: a, b\r\n")) == 400);
    CHECK(status_of(get_with("Host: a/b\r\n")) == 400);
    CHECK(status_of(get_with("Host: user@a\r\n")) == 400);
    CHECK(status_of(get_with("Host: a b\r\n")) == 400);
    CHECK(status_of("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
    CHECK(status_of(get_with("Host: [::1]:3000\r\n")) == 0);
    CHECK(status_of(get_with("Host: \r\n")) == 0);
}

TEST_CASE("the length of a body is said once and in one way, else 400") {
    CHECK(status_of(post_with("Content-Length: 1\r\nContent-Length: 1\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length: 1, 1\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length: +1\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length: -1\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length: 0x1\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length: 1 1\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length:\r\n", "a")) == 400);
    CHECK(status_of(post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
    CHECK(status_of(post_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")) == 400);
    CHECK(status_of(post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "")) == 400);
    CHECK(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
}

TEST_CASE("a transfer encoding other than exactly chunked is refused with 501") {
    CHECK(status_of(post_with("Transfer-Encoding: gzip, chunked\r\n", "")) == 501);
    CHECK(status_of(post_with("Transfer-Encoding: chunked, chunked\r\n", "")) == 501);
    CHECK(status_of(post_with("Transfer-Encoding: xchunked\r\n", "")) == 501);
    CHECK(status_of(post_with("Transfer-Encoding: identity\r\n", "")) == 501);
    CHECK(status_of(post_with("Transfer-Encoding: \"chunked\"\r\n", "")) == 501);
    CHECK(status_of(post_with("Transfer-Encoding:\r\n", "")) == 501);
}

TEST_CASE("a last chunk may be the first one, and come byte by byte") {
    const auto empty_post = post_with("Transfer-Encoding: chunked\r\n", "0\r\nA: b\r\n\r\n");
    Reading reading(empty_post, 1);
    CHECK(reading.state == Parser::State::complete);
    CHECK(reading.parser.request().body.empty());
    CHECK(reading.rest.empty());
}

TEST_CASE("a chunked body that is not well-formed is refused with 400") {
    const auto status_for = [](const std::string& body) {
        return status_of(post_with("Transfer-Encoding: chunked\r\n", body));
    };
    CHECK(status_for("x\r\n\r\n") == 400);
    CHECK(status_for("-1\r\na\r\n0\r\n\r\n") == 400);
    CHECK(status_for("1\r\nab\r\n0\r\n\r\n") == 400);
    CHECK(status_for("1\r\na\r\n0\r\nno trailer\r\n\r\n") == 400);
    CHECK(status_for("1 \r\na\r\n0\r\n\r\n") == 400);
    CHECK(status_for("11111111111111111\r\na\r\n") == 400);
    CHECK(status_for("1\r\na\r\n0\r\nContent-Length: 3\r\n\r\n") == 400);
}

TEST_CASE("a Connection header that is no list of tokens is refused with 400") {
    CHECK(status_of(get_with("Host: a\r\nConnection: a b;\r\n")) == 400);
}

TEST_CASE("the head may have 16 KiB and not a byte more") {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX-A: ";
    const auto head_of = [&](std::size_t bytes) {
        return start + std::string(bytes - start.size() - 4, 'a') + "\r\n\r\n";
    };
    CHECK(Reading(head_of(16 * 1024)).state == Parser::State::complete);
    CHECK(Reading(head_of(16 * 1024 + 1)).refused_with() == 431);
    CHECK(Reading(head_of(16 * 1024 + 1).substr(0, 16 * 1024)).state == Parser::State::need_more);
    CHECK(Reading(start + std::string(17 * 1024, 'a'), 100).refused_with() == 431);
}

TEST_CASE("100 headers are accepted, 101 refused with 431") {
    const auto with_headers = [](int count) {
        std::string headers = "Host: a\r\n";
        for (int i = 1; i < count; ++i) headers += "A: b\r\n";
        return get_with(headers);
    };
    CHECK(status_of(with_headers(100)) == 0);
    CHECK(status_of(with_headers(101)) == 431);
}

TEST_CASE("a target of 8 KiB is accepted, a longer one refused with 414, even when it never ends") {
    const auto line_of = [](std::size_t bytes) { return "GET /" + std::string(bytes - 1, 'a'); };
    const std::string rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(Reading(line_of(8 * 1024) + rest).state == Parser::State::complete);
    CHECK(Reading(line_of(8 * 1024 + 1) + rest).refused_with() == 414);
    CHECK(Reading(line_of(8 * 1024 + 1), 100).refused_with() == 414);
}

TEST_CASE("a body of 128 KiB is accepted; a larger Content-Length is refused with 413 before the body") {
    const std::string body(128 * 1024, 'b');
    Reading whole(post_with("Content-Length: 131072\r\n", body), 4096);
    CHECK(whole.state == Parser::State::complete);
    CHECK(whole.parser.request().body == body);
    CHECK(status_of(post_with("Content-Length: 131073\r\n", "")) == 413);
    CHECK(status_of(post_with("Content-Length: 99999999999999999999999\r\n", "")) == 413);
}

TEST_CASE("a chunked body is refused with 413 as soon as a chunk would pass the limit") {
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'c') + "\r\n";
    const std::string te = "Transfer-Encoding: chunked\r\n";
    CHECK(Reading(post_with(te, chunk + chunk + "0\r\n\r\n"), 5000).state == Parser::State::complete);
    CHECK(Reading(post_with(te, chunk + chunk + "1\r\n"), 5000).refused_with() == 413);
    CHECK(Reading(post_with(te, "ffffffff\r\n"), 5000).refused_with() == 413);
}

TEST_CASE("endless chunk extensions, trailers and framing are refused") {
    const std::string te = "Transfer-Encoding: chunked\r\n";
    CHECK(Reading(post_with(te, "1;" + std::string(17 * 1024, 'x')), 1000).refused_with() == 431);
    CHECK(Reading(post_with(te, "0\r\nA: " + std::string(17 * 1024, 'x')), 1000).refused_with() == 431);
    std::string padded;
    for (int i = 0; i < 1000; ++i) padded += std::string(2000, '0') + "1\r\nx\r\n";
    CHECK(Reading(post_with(te, padded), 4096).refused_with() == 400);
}

TEST_CASE("limits are those of one request, not of all requests of a connection") {
    const auto request = post_with("Content-Length: 100000\r\n", std::string(100'000, 'x'));
    Parser parser(limits);
    for (int i = 0; i < 20; ++i) {
        const auto fed = parser.feed(as_span(request));
        REQUIRE(fed.state == Parser::State::complete);
        REQUIRE(fed.consumed == request.size());
        parser.next();
    }
}

TEST_CASE("Expect: 100-continue is seen with the head, anything else expected is refused with 417") {
    const auto expecting = post_with("Content-Length: 2\r\nExpect: 100-Continue\r\n", "");
    Reading reading(expecting);
    CHECK(reading.state == Parser::State::need_more);
    CHECK(reading.parser.head_complete());
    CHECK(reading.parser.expects_continue());
    reading.read("ab");
    CHECK(reading.state == Parser::State::complete);
    CHECK_FALSE(Reading(plain_post).parser.expects_continue());
    CHECK(status_of(get_with("Host: a\r\nExpect: tea\r\n")) == 417);
    CHECK(status_of("GET / HTTP/1.0\r\nExpect: tea\r\n\r\n") == 0);
}

}  // namespace roost::http
