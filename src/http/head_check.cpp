#include "http/head_check.hpp"

#include "http/message.hpp"
#include "http/syntax.hpp"

#include <algorithm>

namespace roost::http {
namespace {

constexpr std::size_t longest_method = 32;
constexpr std::size_t most_length_digits = 19;  // fits 64 bits

bool is_target(std::string_view target) {
    const bool form_known = target.starts_with('/') || target.starts_with("http://") ||
                            target.starts_with("https://") || target == "*";
    return form_known &&
           std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

// RFC 9110 `Host`: letters of RFC 3986's host and port; empty is allowed there.
bool is_host(std::string_view host) {
    return std::all_of(host.begin(), host.end(),
                       [](char c) { return is_alphanumeric(c) || is_one_of(c, "-._~:[]%!$&'()*+;="); });
}

}  // namespace

const Refusal* HeadCheck::read(std::string_view bytes) {
    while (!complete_) {
        const auto line_feed = bytes.find('\n', searched_);
        const auto line_end = line_feed == std::string_view::npos ? bytes.size() : line_feed + 1;
        if (lines_ == 0) {
            const auto* refusal = read_unfinished_request_line(bytes.substr(0, line_end));
            if (refusal != nullptr) return refusal;
        }
        if (line_end > limits_->head_bytes) return &refusal::head_too_large;
        searched_ = line_end;
        if (line_feed == std::string_view::npos) return nullptr;
        const auto* refusal = read_line(bytes.substr(checked_, line_end - checked_ - 1));
        if (refusal != nullptr) return refusal;
        checked_ = line_end;
    }
    return nullptr;
}

// `line` is without its line feed.
const Refusal* HeadCheck::read_line(std::string_view line) {
    if (!line.ends_with('\r')) return &refusal::line_ending;
    line.remove_suffix(1);
    if (line.find('\r') != std::string_view::npos) return &refusal::line_ending;
    if (++lines_ == 1) return read_request_line(line);
    if (!line.empty()) return read_header(line);
    complete_ = true;
    return read_end();
}

// What speaks another protocol, or never ends its target, is told before the line is there.
const Refusal* HeadCheck::read_unfinished_request_line(std::string_view part) const {
    const auto space = part.substr(0, longest_method + 1).find(' ');
    const auto method = part.substr(0, std::min(space, longest_method + 1));
    if (method.size() > longest_method || (!part.empty() && !is_token_char(part.front())))
        return &refusal::request_line;
    if (space == std::string_view::npos) return nullptr;
    const auto target = part.substr(space + 1);
    return std::min(target.find(' '), target.size()) > limits_->target_bytes ? &refusal::target_too_long
                                                                             : nullptr;
}

const Refusal* HeadCheck::read_request_line(std::string_view line) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_token(line.substr(0, space))) return &refusal::request_line;
    line.remove_prefix(space + 1);
    const auto second = line.find(' ');
    if (second == std::string_view::npos) return &refusal::request_line;
    const auto target = line.substr(0, second);
    const auto version = line.substr(second + 1);
    const bool is_version = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                            version[6] == '.' && is_digit(version[7]);
    if (!is_version) return &refusal::request_line;
    http_11_ = version == "HTTP/1.1";
    if (!http_11_ && version != "HTTP/1.0") return &refusal::version;
    return is_target(target) ? nullptr : &refusal::target;
}

const Refusal* HeadCheck::read_header(std::string_view line) {
    if (lines_ - 1 > limits_->headers) return &refusal::head_too_large;
    if (line.front() == ' ' || line.front() == '\t') return &refusal::folded_header;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return &refusal::header_name;
    const auto value = line.substr(colon + 1);
    if (!is_field_value(value)) return &refusal::header_value;
    return read_framing(line.substr(0, colon), trimmed(value));
}

const Refusal* HeadCheck::read_framing(std::string_view name, std::string_view value) {
    if (equals_ignoring_case(name, "host")) {
        ++hosts_;
        return is_host(value) ? nullptr : &refusal::host;
    }
    if (equals_ignoring_case(name, "content-length")) {
        const bool is_number = !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
        if (++content_lengths_ > 1 || !is_number) return &refusal::content_length;
        return value.size() > most_length_digits ? &refusal::body_too_large : nullptr;
    }
    if (equals_ignoring_case(name, "transfer-encoding")) {
        ++transfer_encodings_;
        return equals_ignoring_case(value, "chunked") ? nullptr : &refusal::transfer_encoding;
    }
    if (equals_ignoring_case(name, "expect") && http_11_) {
        expects_continue_ = equals_ignoring_case(value, "100-continue");
        return expects_continue_ ? nullptr : &refusal::expectation;
    }
    return nullptr;
}

const Refusal* HeadCheck::read_end() const {
    if (hosts_ > 1 || (hosts_ == 0 && http_11_)) return &refusal::host;
    const bool clear =
        transfer_encodings_ == 0 || (transfer_encodings_ == 1 && content_lengths_ == 0 && http_11_);
    return clear ? nullptr : &refusal::ambiguous_length;
}

}  // namespace roost::http
