#include "bench/push_frame.hpp"

#include "ws/codec.hpp"

#include <doctest/doctest.h>

namespace roost::bench {
namespace {

constexpr ws::Mask mask{'\x12', '\x34', '\x56', '\x78'};

// What the server's own decoder reads.
class Received final : public ws::Sink {
public:
    explicit Received(std::string_view frame) : bytes_(frame) {
        const auto fed = decoder_.feed(std::span(bytes_), *this);
        CHECK(!fed.violation);
        CHECK(fed.consumed == bytes_.size());
    }
    bool on_message(ws::Opcode opcode, std::string_view payload) override {
        CHECK(opcode == ws::Opcode::text);
        text = payload;
        return true;
    }
    bool on_ping(std::string_view) override { return true; }
    bool on_pong(std::string_view) override { return true; }
    void on_close(std::optional<ws::CloseCode>, std::string_view) override {}

    std::string text;

private:
    std::string bytes_;
    ws::Decoder decoder_;
};

}  // namespace

TEST_CASE("a client's frame is what a server reads, whatever its size") {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U}) {
        const std::string payload(size, 'x');
        CHECK(Received(client_frame(payload, mask)).text == payload);
    }
}

TEST_CASE("each message has its number wherever the payload says it") {
    const NumberedText texts(5);
    const auto payload = [&](std::uint32_t number, std::string_view ref) {
        return R"(["1",")" + std::string(ref) + R"(","room:a","shout",{"a":")" +
               texts.write({3, number}, 30) + R"(","b":")" + texts.write({3, number}, 22) + R"("}])";
    };
    PushFrame frame(payload(0, "000000000"), texts, mask);
    CHECK(Received(frame.number(0)).text == payload(0, "000000000"));
    CHECK(Received(frame.number(123'456'789)).text == payload(123'456'789, "123456789"));
    CHECK(Received(frame.number(7)).text == payload(7, "000000007"));
}

TEST_CASE("without a mask it is a frame of the server") {
    const NumberedText texts(5);
    PushFrame frame("[" + texts.write({1, 0}, 22) + "]", texts, std::nullopt);
    CHECK(frame.number(2) == "\x81\x18[" + texts.write({1, 2}, 22) + "]");
}

}  // namespace roost::bench
