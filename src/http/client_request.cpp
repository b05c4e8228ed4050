#include "http/client_request.hpp"

#include <fmt/format.h>

#include <iterator>

namespace roost::http {
namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

// RFC 9110 section 8.6: an empty body is spoken out where one would be expected.
bool has_usually_a_body(Method method) {
    return method == Method::post || method == Method::put || method == Method::patch;
}

}  // namespace

bool is_idempotent(Method method) noexcept {
    return method != Method::post && method != Method::patch && method != Method::other;
}

void append_request(std::string& out, const ClientRequest& request) {
    out += request.method == Method::other ? request.other_method : name_of(request.method);
    out += ' ';
    out += request.target;
    out += " HTTP/1.1\r\n";
    append_header(out, "Host", request.host);
    for (const auto& [name, value] : request.headers) append_header(out, name, value);
    if (!request.body.empty() || has_usually_a_body(request.method))
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", request.body.size());
    out += "\r\n";
    out += request.body;
}

}  // namespace roost::http
