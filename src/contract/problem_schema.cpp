#include "contract/problem_schema.hpp"

#include <fmt/format.h>

namespace roost::contract {
namespace {

using schema::JsonWriter;

std::string all_codes() {
    JsonWriter out;
    out.open_array();
    for (std::size_t i = 0; i < errc_count; ++i) out.string(kind_of(static_cast<Errc>(i)).code);
    return std::move(out.close_array()).str();
}

constexpr std::string_view fault_schema =
    R"({"type":"object","required":["pointer","code","detail"],"properties":{)"
    R"("pointer":{"type":"string","description":"JSON pointer (RFC 6901) to the member at fault."},)"
    R"("code":{"type":"string","description":"The rule that it breaks, for programs."},)"
    R"("detail":{"type":"string","description":"The same for people; never the value."}}})";

constexpr std::string_view faults =
    R"("errors":{"type":"array","items":{"$ref":"#/components/schemas/Fault"},)"
    R"("description":"Of invalid_input: every fault at once."})";

}  // namespace

void add_problem_schemas(schema::Schemas& schemas) {
    schemas.add("Fault", std::string(fault_schema));
    schemas.add(
        "Problem",
        fmt::format(
            R"({{"type":"object","required":["type","title","status","detail","code","request_id"],"properties":{{)"
            R"("type":{{"type":"string","description":"/problems/<code>"}},)"
            R"("title":{{"type":"string"}},"status":{{"type":"integer","description":"The HTTP status."}},)"
            R"("detail":{{"type":"string"}},)"
            R"("code":{{"type":"string","description":"What happened, for programs. Endpoints give these; what )"
            R"(is refused as HTTP has others.","examples":{}}},)"
            R"("request_id":{{"type":"string"}},{}}}}})",
            all_codes(), faults));
}

void add_error_response_schema(schema::Schemas& schemas) {
    schemas.add("Fault", std::string(fault_schema));
    schemas.add(
        "ErrorResponse",
        fmt::format(R"({{"type":"object","required":["reason"],"properties":{{"reason":{{"type":"string",)"
                    R"("description":"A code of the REST problems, or a sentence of the protocol.",)"
                    R"("examples":{}}},{}}}}})",
                    all_codes(), faults));
}

std::string example_problem(Errc errc) {
    const auto& kind = kind_of(errc);
    JsonWriter out;
    out.open_object().member("type", fmt::format("/problems/{}", kind.code)).member("title", kind.title);
    out.key("status").number(kind.status).member("detail", kind.detail).member("code", kind.code);
    out.member("request_id", "8c9f5b1e6a7d4023");
    if (errc == Errc::invalid_input)
        out.key("errors").raw(R"([{"pointer":"/limit","code":"too_large","detail":"must be at most 100"}])");
    return std::move(out.close_object()).str();
}

}  // namespace roost::contract
