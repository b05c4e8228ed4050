// Any bytes as a JSON body, decoded into a struct with every kind of member. What is accepted says the same
// when it is written and read again, and what is refused is refused in our words alone.
#include "schema/decode.hpp"

#include <cassert>

namespace roost {
namespace {

using schema::JsonValue;

struct Place {
    Text<1, 10> city;
    std::optional<Integer<-99, 99>> house;
};
BOOST_DESCRIBE_STRUCT(Place, (), (city, house))

struct Everything {
    Text<1, 40> content;
    Text<1, 10> room{"lobby"};
    std::optional<Text<1, 10>> name;
    Integer<0, INT64_MAX> seq;
    Integer<1, 100> limit{50};
    std::optional<Integer<INT64_MIN + 1, INT64_MAX>> offset;
    std::optional<JsonObject> metadata;
    Place home;
    std::optional<Place> away;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (content, room, name, seq, limit, offset, metadata, home, away))

void check_refusal(const Problem& problem) {
    if (problem.errc() == Errc::malformed_json) return;
    assert(problem.errc() == Errc::invalid_input);
    assert(!problem.faults().empty() && problem.faults().size() <= schema::Faults::most);
    for (const auto& fault : problem.faults()) {
        assert(fault.pointer.size() <= 200);
        // A sentence of ours: an input that got into it would sooner or later bring something else.
        assert(!fault.detail.empty() && fault.detail.size() <= 200);
        for (const char c : fault.detail) assert(c >= ' ' && c <= '~');
    }
}

// The texts of a container's children are those children, each a document by itself.
void check_texts(std::string_view text) {
    const auto document = schema::parse_json(text);
    assert(document);
    std::vector<JsonValue::Kind> kinds;
    std::vector<std::string_view> texts;
    if (document->kind() == JsonValue::Kind::object) {
        for (const auto& [key, value] : document->members()) kinds.push_back(value.kind());
        texts = schema::member_texts(text);
    } else if (document->kind() == JsonValue::Kind::array) {
        for (const auto& element : document->elements()) kinds.push_back(element.kind());
        texts = schema::element_texts(text);
    }
    assert(kinds.size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto child = schema::parse_json(texts[i]);
        assert(child && child->kind() == kinds[i]);
        check_texts(texts[i]);
    }
}

}  // namespace

void fuzz(std::string_view input) {
    if (schema::parse_json(input)) check_texts(input);

    const auto accepted = schema::decode_json<Everything>(input);
    if (!accepted) return check_refusal(accepted.error());
    assert(schema::decode_json<Everything>(input, schema::Unknown::ignored));
    const auto written = schema::to_json(*accepted);
    const auto again = schema::decode_json<Everything>(written);
    assert(again && schema::to_json(*again) == written);
}

}  // namespace roost
