#include "channels/definition.hpp"

#include <doctest/doctest.h>

namespace roost::channels {
namespace {

Definition of(std::string pattern) {
    return {std::move(pattern), [] { return boost::intrusive_ptr<Channel>(); }};
}

struct Ping {
    std::optional<Text<1, 5>> text;
};
BOOST_DESCRIBE_STRUCT(Ping, (), (text))

constexpr EventIn<Ping> ping_event{"ping", "a ping"};
constexpr EventIn<Ping> join_event{"phx_join", "a join"};
constexpr EventIn<Bytes, Bytes> bytes_event{"ping", "a ping with bytes"};
constexpr EventIn<Bytes, Bytes> signal_event{"signal", "bytes only"};

class Silent final : public Channel {
public:
    Task<Result<None>> on_ping(Ping) { co_return None{}; }
    Task<Result<Bytes>> on_bytes(Bytes in) { co_return in; }
};

}  // namespace

TEST_CASE("63: a pattern is exact, or what stands before its star") {
    CHECK(of("lobby").matches("lobby"));
    CHECK_FALSE(of("lobby").matches("lobby2"));
    CHECK_FALSE(of("lobby").matches("lobb"));
    CHECK_FALSE(of("lobby").matches(""));
    CHECK(of("room:*").matches("room:lobby"));
    CHECK(of("room:*").matches("room:"));
    CHECK(of("room:*").matches("room:a:b"));
    CHECK_FALSE(of("room:*").matches("room"));
    CHECK_FALSE(of("room:*").matches("Room:lobby"));
    CHECK_FALSE(of("room:*").matches("my room:lobby"));
    CHECK(of("*").matches(""));
    CHECK(of("*").matches("anything"));
    // A star elsewhere is a star.
    CHECK(of("a*b").matches("a*b"));
    CHECK_FALSE(of("a*b").matches("axb"));
}

TEST_CASE("63: of several that match, the first declared serves") {
    Definitions definitions;
    CHECK(definitions.match("room:lobby") == nullptr);
    definitions.add(of("room:lobby"));
    definitions.add(of("room:*"));
    definitions.add(of("room:den"));
    const auto* const lobby = definitions.match("room:lobby");
    const auto* const any = definitions.match("room:x");
    REQUIRE(lobby != nullptr);
    REQUIRE(any != nullptr);
    CHECK(lobby->matches("room:lobby"));
    CHECK_FALSE(lobby->matches("room:x"));
    CHECK(definitions.match("room:den") == any);
    CHECK(definitions.match("nope") == nullptr);
}

TEST_CASE("a definition knows the events it was given in each form, and no others") {
    const Definition definition =
        channel<Silent>("silent", [] { return boost::intrusive_ptr<Channel>(new Silent); })
            .join(join_event, &Silent::on_ping)
            .handle_in(ping_event, &Silent::on_ping)
            .handle_in(bytes_event, &Silent::on_bytes)
            .handle_in(signal_event, &Silent::on_bytes);
    const auto json = definition.handler("ping", false);
    const auto bytes = definition.handler("ping", true);
    REQUIRE(json.has_value());
    REQUIRE(bytes.has_value());
    CHECK(*json != *bytes);
    CHECK(definition.handler("signal", true).has_value());
    CHECK(definition.handler("signal", false).error().errc() == Errc::unsupported_media_type);
    for (const auto* name : {"pin", "phx_join", ""})
        for (const bool is_binary : {false, true})
            CHECK(definition.handler(name, is_binary).error().errc() == Errc::not_found);
    CHECK(definition.join());
    CHECK(definition.make() != nullptr);
}

}  // namespace roost::channels
