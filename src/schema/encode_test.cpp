#include "schema/encode.hpp"

#include <doctest/doctest.h>

namespace roost::schema {
namespace {

struct Author {
    UserId id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Author, (), (id, name))

struct Post {
    MessageId id;
    Text<1, 10> content;
    std::optional<std::string> note;
    std::optional<JsonObject> metadata;
    Author author;
    std::vector<Author> readers;
    std::optional<std::vector<std::string>> tags;
    Timestamp at;
    bool pinned = false;
    Integer<0, 100> size;
};
BOOST_DESCRIBE_STRUCT(Post, (), (id, content, note, metadata, author, readers, tags, at, pinned, size))

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct Maybe {
    std::optional<std::int64_t> first;
    std::optional<std::int64_t> second;
};
BOOST_DESCRIBE_STRUCT(Maybe, (), (first, second))

Post sample() {
    Post post;
    post.id = {RoomId{3}, 4};
    post.content = Text<1, 10>("a\"b");
    post.author = {UserId{7}, "J\u00fcrgen"};
    post.size = Integer<0, 100>(9);
    return post;
}

}  // namespace

TEST_CASE("a struct is encoded in the order of its description, and empty optionals are left out") {
    CHECK(to_json(sample()) ==
          R"({"id":"3-4","content":"a\"b","author":{"id":7,"name":"Jürgen"},"readers":[],)"
          R"("at":"1970-01-01T00:00:00.000000Z","pinned":false,"size":9})");
}

TEST_CASE("optionals that are set, lists and nested structs are encoded in place") {
    auto post = sample();
    post.note = "";
    post.metadata = JsonObject::trusted(R"({ "as" : "sent" })");
    post.readers = {{UserId{1}, "a"}, {UserId{2}, "b"}};
    post.tags = {"x", "y\n"};
    post.pinned = true;
    CHECK(to_json(post) ==
          R"({"id":"3-4","content":"a\"b","note":"","metadata":{ "as" : "sent" },)"
          R"("author":{"id":7,"name":"Jürgen"},"readers":[{"id":1,"name":"a"},{"id":2,"name":"b"}],)"
          R"("tags":["x","y\n"],"at":"1970-01-01T00:00:00.000000Z","pinned":true,"size":9})");
}

TEST_CASE("a struct with nothing to say is an empty object") {
    CHECK(to_json(Nothing()) == "{}");
    CHECK(to_json(Maybe()) == "{}");
    CHECK(to_json(std::vector<Maybe>(2)) == "[{},{}]");
}

TEST_CASE("no comma is left over, whichever optional is missing") {
    CHECK(to_json(Maybe{1, {}}) == R"({"first":1})");
    CHECK(to_json(Maybe{{}, 2}) == R"({"second":2})");
    CHECK(to_json(Maybe{1, 2}) == R"({"first":1,"second":2})");
}

TEST_CASE("numbers are encoded with all their digits") {
    CHECK(to_json(INT64_MIN) == "-9223372036854775808");
    CHECK(to_json(UINT64_MAX) == "18446744073709551615");
    CHECK(to_json(std::uint8_t{65}) == "65");
    CHECK(to_json(0) == "0");
}

}  // namespace roost::schema
