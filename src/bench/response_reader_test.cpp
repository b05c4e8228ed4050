#include "bench/response_reader.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace roost::bench {
namespace {

struct Reading {
    explicit Reading(bool keeps_body = true) {
        if (keeps_body) reader.keep_body();
    }
    std::string_view feed(std::string_view bytes) {
        return reader.feed(std::span(bytes.data(), bytes.size()),
                           [this](const ResponseReader::Response& response) {
                               statuses.push_back(response.status);
                               bodies.emplace_back(response.body);
                               closes = response.closes;
                           });
    }
    ResponseReader reader;
    std::vector<unsigned> statuses;
    std::vector<std::string> bodies;
    bool closes = false;
};

std::string_view fault_of(std::string_view bytes) {
    return Reading().feed(bytes);
}

}  // namespace

TEST_CASE("answers are counted one by one, wherever the bytes are cut") {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
        "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n"
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"
        "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\nCONNECTION: Close\r\n\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Reading reading;
        CHECK(reading.feed(std::string_view(bytes).substr(0, cut)).empty());
        CHECK(reading.feed(std::string_view(bytes).substr(cut)).empty());
        CHECK(reading.statuses == std::vector{200U, 204U, 201U, 404U});
        CHECK(reading.bodies == std::vector<std::string>{"hello", "", "abc0123456789", ""});
        CHECK(reading.closes);
    }
}

TEST_CASE("an answer that comes byte by byte is complete with its last byte") {
    const std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    Reading reading(false);
    for (const char byte : bytes) {
        CHECK(reading.statuses.empty());
        CHECK(reading.feed({&byte, 1}).empty());
    }
    CHECK(reading.statuses == std::vector{200U});
    CHECK(reading.bodies == std::vector<std::string>{""});
}

TEST_CASE("what is no answer is told of") {
    CHECK(fault_of("SSH-2.0-x\r\n\r\n") == "no HTTP/1.1 answer");
    CHECK(fault_of("HTTP/1.1 abc\r\n\r\n") == "no HTTP/1.1 answer");
    CHECK(fault_of("HTTP/1.1 200 OK\r\nA: b\r\n\r\n") == "an answer without a length");
    CHECK(fault_of("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n") == "an answer without a length");
    CHECK(fault_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n") == "a chunk that is none");
    CHECK(fault_of(std::string(70'000, 'x')) == "a head of more than 64 KiB");
}

}  // namespace roost::bench
