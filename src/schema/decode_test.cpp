#include "schema/decode.hpp"

#include <doctest/doctest.h>

namespace roost::schema {
namespace {

struct Place {
    Text<1, 10> city;
    std::optional<Integer<1, 99>> house;
};
BOOST_DESCRIBE_STRUCT(Place, (), (city, house))

struct Post {
    Text<1, 10> content;
    Text<1, 10> room{"lobby"};
    std::optional<Text<1, 10>> client_id;
    std::optional<Integer<0, 100>> since;
    std::optional<JsonObject> metadata;
    std::optional<Place> place;
};
BOOST_DESCRIBE_STRUCT(Post, (), (content, room, client_id, since, metadata, place))

struct Odd {
    std::optional<Place> a_b;
};
BOOST_DESCRIBE_STRUCT(Odd, (), (a_b))

// "pointer code", one line each.
template <class T>
std::vector<std::string> faults_of(const Result<T>& result) {
    REQUIRE(result.has_error());
    CHECK(result.error().errc() == Errc::invalid_input);
    std::vector<std::string> lines;
    for (const auto& fault : result.error().faults()) {
        CHECK_FALSE(fault.detail.empty());
        lines.push_back(fault.pointer + " " + std::string(fault.code));
    }
    return lines;
}

std::vector<std::string> faults_of(std::string_view text) {
    return faults_of(decode_json<Post>(text));
}

using Lines = std::vector<std::string>;

std::string with_metadata(const std::string& object) {
    return R"({"content":"x","metadata":)" + object + "}";
}

}  // namespace

TEST_CASE("a whole object is decoded, in any order and with any white space") {
    const auto post = decode_json<Post>(
        R"( { "place" : {"house":7,"city":"Ulm"}, "since":5, "client_id":"c\u0031", "room":"den","content":"hi"} )");
    REQUIRE(post.has_value());
    CHECK(post->content.str() == "hi");
    CHECK(post->room.str() == "den");
    CHECK(post->client_id->str() == "c1");
    CHECK(post->since->value() == 5);
    CHECK(post->place->city.str() == "Ulm");
    CHECK(post->place->house->value() == 7);
    CHECK_FALSE(post->metadata.has_value());
}

TEST_CASE("what is optional or has a default may be absent, what is required may not") {
    const auto post = decode_json<Post>(R"({"content":"hi"})");
    REQUIRE(post.has_value());
    CHECK(post->room.str() == "lobby");
    CHECK_FALSE(post->client_id.has_value());
    CHECK(faults_of("{}") == Lines{"/content required"});
    CHECK(faults_of(R"({"content":"x","place":{}})") == Lines{"/place/city required"});
}

TEST_CASE("all faults come back together, each with its pointer") {
    CHECK(faults_of(R"({"content":"","room":5,"client_id":"   ","since":101,"metadata":[],)"
                    R"("place":{"city":null,"house":0,"street":1},"extra":1})") ==
          Lines{"/content too_short", "/room type", "/client_id blank", "/since too_large", "/metadata type",
                "/place/city type", "/place/house too_small", "/place/street unknown", "/extra unknown"});
}

TEST_CASE("a value of a wrong type is a fault, null too, and is reported once") {
    for (const std::string_view value : {"null", "1", "true", "[]", "{}", "1.5"}) {
        CAPTURE(value);
        CHECK(faults_of(R"({"content":)" + std::string(value) + "}") == Lines{"/content type"});
    }
    for (const std::string_view value :
         {"null", "\"1\"", "true", "[]", "{}", "1.5", "1e-1", "1e300", "9223372036854775808"}) {
        CAPTURE(value);
        CHECK(faults_of(R"({"content":"x","since":)" + std::string(value) + "}") == Lines{"/since type"});
    }
    CHECK(faults_of(R"({"content":"x","place":"Ulm"})") == Lines{"/place type"});
}

TEST_CASE("a whole number is one however it is written, as JSON Schema has it") {
    for (const std::string_view value : {"10", "10.0", "1e1", "100E-1"}) {
        CAPTURE(value);
        const auto post = decode_json<Post>(R"({"content":"x","since":)" + std::string(value) + "}");
        REQUIRE(post.has_value());
        CHECK(post->since->value() == 10);
    }
    CHECK(faults_of(R"({"content":"x","since":1e15})") == Lines{"/since too_large"});
    CHECK(faults_of(R"({"content":"x","since":1e16})") == Lines{"/since type"});
}

TEST_CASE("what is no object has one fault, at the root") {
    for (const std::string_view text : {"[]", "null", "\"content\"", "1", "true"}) {
        CAPTURE(text);
        CHECK(faults_of(text) == Lines{" type"});
    }
}

TEST_CASE("what is no JSON is malformed and has no faults") {
    const auto post = decode_json<Post>(R"({"content":"x",})");
    REQUIRE(post.has_error());
    CHECK(post.error().errc() == Errc::malformed_json);
    CHECK(post.error().faults().empty());
}

TEST_CASE("a member that comes twice is a fault, whatever its values") {
    CHECK(faults_of(R"({"content":"x","content":"x"})") == Lines{"/content duplicate"});
    CHECK(faults_of(R"({"content":"x","\u0063ontent":1})") == Lines{"/content duplicate"});
    CHECK(faults_of(R"({"content":"","content":"x"})") == Lines{"/content too_short", "/content duplicate"});
}

TEST_CASE("unknown members are refused, or ignored where that is asked for, in nested structs too") {
    CHECK(faults_of(R"({"content":"x","Content":"x"})") == Lines{"/Content unknown"});
    const auto post =
        decode_json<Post>(R"({"content":"x","more":{"a":["}"]},"room":"den"})", Unknown::ignored);
    REQUIRE(post.has_value());
    CHECK(post->room.str() == "den");
    const std::string_view nested = R"({"content":"x","place":{"city":"Ulm","zip":1}})";
    CHECK(faults_of(decode_json<Post>(nested)) == Lines{"/place/zip unknown"});
    CHECK(decode_json<Post>(nested, Unknown::ignored).has_value());
}

TEST_CASE("a pointer escapes the tilde and the slash (RFC 6901)") {
    CHECK(faults_of(R"({"content":"x","a/b~c":1,"~1":2,"":3})") ==
          Lines{"/a~1b~0c unknown", "/~01 unknown", "/ unknown"});
    CHECK(faults_of(decode_json<Odd>(R"({"a_b":{"city":"Ulm","/":1}})")) == Lines{"/a_b/~1 unknown"});
}

TEST_CASE("a long unknown name is not given back") {
    const std::string longest(64, 'n');
    CHECK(faults_of(R"({"content":"x",")" + longest + R"(":1})") == Lines{"/" + longest + " unknown"});
    const auto post = decode_json<Post>(R"({"content":"x",")" + longest + R"(n":1})");
    CHECK(faults_of(post) == Lines{" unknown"});
    CHECK(post.error().faults().front().detail.find("nnn") == std::string::npos);
}

TEST_CASE("no value that was sent is in any fault") {
    const std::string_view text =
        R"({"content":"hunter2hunter2","room":777777,"client_id":["hunter2"],"since":777777,)"
        R"("metadata":"hunter2","place":{"city":"hunter2hunter2","house":"hunter2","x":"hunter2"},"y":777777})";
    const auto post = decode_json<Post>(text);
    CHECK(faults_of(post).size() == 9);
    for (const auto& fault : post.error().faults()) {
        const auto all = fault.pointer + std::string(fault.code) + fault.detail;
        CHECK(all.find("hunter2") == std::string::npos);
        CHECK(all.find("777777") == std::string::npos);
    }
}

TEST_CASE("a body of nothing but faults gives a bounded list") {
    std::string text = R"({"content":"x")";
    for (int i = 0; i < 1000; ++i) text += ",\"a" + std::to_string(i) + "\":1";
    CHECK(faults_of(text + "}").size() == Faults::most);
}

TEST_CASE("a JSON object is kept byte by byte as it was sent") {
    const std::string object = R"({ "b":1.50, "a" : [ "}", "\u0041\/", {"c":1e2} ],"a":null })";
    const auto post = decode_json<Post>(with_metadata(" " + object + " "));
    REQUIRE(post.has_value());
    CHECK(post->metadata->str() == object);
    CHECK(post->metadata->is_set());
    CHECK(decode_json<Post>(with_metadata("{}"))->metadata->str() == "{}");
}

TEST_CASE("a JSON object has at most 4096 bytes") {
    const auto of_size = [](std::size_t bytes) {
        return R"({"a":")" + std::string(bytes - 8, 'x') + R"("})";
    };
    CHECK(decode_json<Post>(with_metadata(of_size(4096))).has_value());
    CHECK(faults_of(with_metadata(of_size(4097))) == Lines{"/metadata too_long"});
}

TEST_CASE("a JSON object with U+0000 in it is refused, and so is what is no object") {
    CHECK(faults_of(with_metadata(R"({"a":["\u0000"]})")) == Lines{"/metadata nul_character"});
    CHECK(faults_of(with_metadata(R"({"a\u0000":1})")) == Lines{"/metadata nul_character"});
    CHECK(decode_json<Post>(with_metadata(R"({"a":"\\u0000"})")).has_value());
    for (const std::string value : {"null", "[]", "\"{}\"", "1"})
        CHECK(faults_of(with_metadata(value)) == Lines{"/metadata type"});
}

TEST_CASE("U+0000 in a text is refused") {
    CHECK(faults_of(R"({"content":"a\u0000b"})") == Lines{"/content nul_character"});
}

}  // namespace roost::schema
