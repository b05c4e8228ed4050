#include "http/response_writer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>

namespace roost::http {
namespace {

std::string_view reason_of(int status) {
    switch (status) {
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "";  // RFC 9112 section 4: may be empty
    }
}

// "Sun, 06 Nov 1994 08:49:37 GMT". One per thread, and a core is a thread.
std::string_view date_now() {
    thread_local std::time_t second = -1;
    thread_local std::string text;
    const auto now = std::time(nullptr);
    if (now != second) {
        second = now;
        text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
    }
    return text;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    const auto start = out.size();
    out += value;
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    out += "\r\n";
}

bool is_own(std::string_view name, int status, bool foreign_length) {
    if (equals_ignoring_case(name, "Connection")) return status != 101;
    if (equals_ignoring_case(name, "Content-Length")) return !foreign_length;
    return equals_ignoring_case(name, "Transfer-Encoding") || equals_ignoring_case(name, "Date") ||
           equals_ignoring_case(name, "X-Request-Id");
}

bool is_name(std::string_view name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

}  // namespace

std::string_view append_head(std::string& out, const Response& response, const WriteOptions& options) {
    const int status = response.status;
    const bool bodiless = status < 200 || status == 204 || status == 304;
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", status, reason_of(status));
    append_header(out, "Date", date_now());
    if (!response.content_type.empty() && !bodiless)
        append_header(out, "Content-Type", response.content_type);
    const bool foreign_length = options.head_only && response.length_in_headers;
    if (!bodiless && !foreign_length)
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
    if (status != 101 && !options.keep_alive) append_header(out, "Connection", "close");
    if (status != 101 && options.keep_alive && options.version == 10)
        append_header(out, "Connection", "keep-alive");
    if (!options.request_id.empty()) append_header(out, "X-Request-Id", options.request_id);
    for (const auto& [name, value] : response.headers)
        if (is_name(name) && !is_own(name, status, foreign_length && !bodiless))
            append_header(out, name, value);
    out += "\r\n";
    return bodiless || options.head_only ? std::string_view() : response.body;
}

}  // namespace roost::http
