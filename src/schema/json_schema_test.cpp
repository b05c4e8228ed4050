#include "schema/json_schema.hpp"

#include <doctest/doctest.h>

namespace roost::schema {
namespace {

struct Place {
    Text<1, 10> city;
    std::optional<Integer<1, 99>> house;
};
BOOST_DESCRIBE_STRUCT(Place, (), (city, house))

struct Entry {
    MessageId id;
    Text<1, 10> room{"lobby"};
    std::optional<bool> private_;
    std::vector<Place> places;
    std::optional<Timestamp> at;
    UserId user;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, room, private_, places, at, user))
constexpr auto docs_of(const Entry*) {
    return std::array{
        MemberDoc{"id", "Which one.", R"("1-2")"},    MemberDoc{"room", "Where.", R"("den")"},
        MemberDoc{"private", "For members.", "true"}, MemberDoc{"places", "Around.", R"([{"city":"Ulm"}])"},
        MemberDoc{"at", "When.", "", true},           MemberDoc{"user", "Who.", "7"}};
}

struct Half {
    std::string said;
    std::string unsaid;
};
BOOST_DESCRIBE_STRUCT(Half, (), (said, unsaid))
constexpr auto docs_of(const Half*) {
    return std::array{MemberDoc{"said", "Something.", R"("x")"}};
}

template <class T>
std::string type_of(Direction direction, Schemas& schemas) {
    JsonWriter out;
    out.open_object();
    schemas.write_type<T>(out, direction);
    return std::move(out.close_object()).str();
}

template <class T>
std::string type_of(Direction direction = Direction::in) {
    Schemas schemas;
    return type_of<T>(direction, schemas);
}

}  // namespace

TEST_CASE("a text's schema has its lengths and its pattern") {
    CHECK(
        type_of<Text<2, 10>>() ==
        R"({"type":"string","minLength":2,"maxLength":10,"pattern":)"
        R"("^[^\\u0000]*[^\\u0000\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f)"
        R"(\\u3000\\ufeff][^\\u0000]*$"})");
}

TEST_CASE("numbers have their bounds, and an id that is read is positive") {
    CHECK(type_of<Integer<3, 9>>() == R"({"type":"integer","minimum":3,"maximum":9})");
    CHECK(type_of<UserId>(Direction::in) == R"({"type":"integer","minimum":1,"maximum":9007199254740991})");
    CHECK(type_of<UserId>(Direction::out) == R"({"type":"integer","minimum":0,"maximum":9007199254740991})");
}

TEST_CASE("a struct is a component: what has a default or is optional is not required") {
    Schemas schemas;
    CHECK(type_of<Entry>(Direction::in, schemas) == R"({"$ref":"#/components/schemas/Entry"})");
    REQUIRE(schemas.components().contains("Entry"));
    const auto& entry = schemas.components().at("Entry");
    CHECK(entry.ends_with(R"("required":["id","places","user"],"additionalProperties":false})"));
    CHECK(entry.find(R"("private":{"type":"boolean","description":"For members.","examples":[true]})") !=
          std::string::npos);
    CHECK(entry.find(R"("default":"lobby")") != std::string::npos);
    CHECK(entry.find(R"("items":{"$ref":"#/components/schemas/Place"})") != std::string::npos);
    CHECK(schemas.components().at("Place").find("\"required\":[\"city\"]") != std::string::npos);
}

TEST_CASE("what goes out may gain members in later versions") {
    Schemas schemas;
    type_of<Place>(Direction::out, schemas);
    CHECK(schemas.components().at("Place").find("additionalProperties") == std::string::npos);
}

TEST_CASE("an example is made of those of the members") {
    CHECK(example_of<Entry>() ==
          R"({"id":"1-2","room":"den","private":true,"places":[{"city":"Ulm"}],"user":7})");
}

TEST_CASE("a struct is documented when every member is") {
    CHECK(is_fully_documented<Entry>());
    CHECK_FALSE(is_fully_documented<Half>());
    CHECK_FALSE(is_fully_documented<Place>());
}

TEST_CASE("a type's name is what stands behind its namespaces") {
    CHECK(type_name<Place>() == "Place");
    CHECK(type_name<JsonObject>() == "JsonObject");
}

}  // namespace roost::schema
