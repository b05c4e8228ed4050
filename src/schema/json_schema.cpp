#include "schema/json_schema.hpp"

#include <fmt/format.h>

namespace roost::schema::detail {
namespace {

constexpr std::string_view any_json = "AnyJson";
constexpr std::string_view without_nul = R"("pattern":"^[^\\u0000]*$")";

std::string any_json_schema() {
    const auto itself = fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", any_json);
    return fmt::format(
        R"({{"description":"Any JSON value; no text in it may hold U+0000.","anyOf":[{{"type":"null"}},)"
        R"({{"type":"boolean"}},{{"type":"number"}},{{"type":"string",{0}}},{{"type":"array","items":{1}}},)"
        R"({{"type":"object","propertyNames":{{{0}}},"additionalProperties":{1}}}]}})",
        without_nul, itself);
}

}  // namespace

void write_form(JsonWriter& out, const TextForm& form) {
    out.member("type", "string");
    out.key("minLength").number(static_cast<std::int64_t>(form.min_length));
    out.key("maxLength").number(static_cast<std::int64_t>(form.max_length));
    if (!form.pattern.empty()) out.member("pattern", form.pattern);
    if (form.most_bytes != 0) out.key("x-max-bytes").number(static_cast<std::int64_t>(form.most_bytes));
}

void write_range(JsonWriter& out, std::int64_t min, std::int64_t max) {
    out.member("type", "integer").key("minimum").number(min).key("maximum").number(max);
}

void write_reference(JsonWriter& out, std::string_view component) {
    out.member("$ref", fmt::format("#/components/schemas/{}", component));
}

void write_any_object(JsonWriter& out, Schemas& schemas) {
    schemas.add(std::string(any_json), any_json_schema());
    out.member("type", "object").key("propertyNames").raw(fmt::format("{{{}}}", without_nul));
    out.key("additionalProperties").open_object();
    write_reference(out, any_json);
    out.close_object().key("x-max-bytes").number(JsonObject::max_bytes);
}

}  // namespace roost::schema::detail
