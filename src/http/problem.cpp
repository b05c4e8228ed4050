#include "http/problem.hpp"

#include "schema/json_writer.hpp"

#include <fmt/format.h>

namespace roost::http {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += name;
    out += "\":";
    schema::append_string(out, text);
}

void append_faults(std::string& out, const std::vector<Fault>& faults) {
    out += ",\"errors\":[";
    for (const auto& fault : faults) {
        if (&fault != &faults.front()) out += ',';
        out += '{';
        append_member(out, "pointer", fault.pointer);
        append_member(out, "code", fault.code);
        append_member(out, "detail", fault.detail);
        out += '}';
    }
    out += ']';
}

Response document(int status, std::string_view code, std::string_view title, std::string_view detail,
                  const std::vector<Fault>& faults, std::string_view request_id) {
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    auto& out = response.body;
    out += '{';
    append_member(out, "type", fmt::format("/problems/{}", code));
    append_member(out, "title", title);
    out += fmt::format(",\"status\":{}", status);
    append_member(out, "detail", detail);
    append_member(out, "code", code);
    append_member(out, "request_id", request_id);
    if (!faults.empty()) append_faults(out, faults);
    out += '}';
    if (status == 401) response.headers.add("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace

Response problem(const Problem& problem, std::string_view request_id) {
    const auto& kind = problem.kind();
    auto response = document(kind.status, kind.code, kind.title, kind.detail, problem.faults(), request_id);
    if (kind.status == 429 || kind.status == 503)
        response.headers.add("Retry-After", fmt::to_string(problem.retry_after().count()));
    return response;
}

Response problem(const Refusal& refusal, std::string_view request_id) {
    auto response = document(refusal.status, refusal.code, refusal.title, refusal.detail, {}, request_id);
    response.close = true;
    return response;
}

}  // namespace roost::http
