#include "http/response_head_check.hpp"

#include "http/message.hpp"
#include "http/syntax.hpp"

#include <algorithm>

namespace roost::http {
namespace {

constexpr std::size_t most_length_digits = 19;  // fits 64 bits
constexpr std::string_view shortest_status_line = "HTTP/1.1 200 ";

constexpr std::string_view bad_status_line = "the status line is not HTTP/1.1's";
constexpr std::string_view bad_line_ending = "a line of the head does not end in CR LF";
constexpr std::string_view bad_header = "a header is not well-formed";
constexpr std::string_view bad_length = "its length is unclear";
constexpr std::string_view large_head = "its head is too large";

}  // namespace

std::string_view ResponseHeadCheck::read(std::string_view bytes) {
    while (!complete_) {
        const auto line_feed = bytes.find('\n', searched_);
        const auto line_end = line_feed == std::string_view::npos ? bytes.size() : line_feed + 1;
        // What is no HTTP at all may never end its first line.
        const auto part = bytes.substr(0, std::min<std::size_t>(line_end, 5));
        if (lines_ == 0 && part != shortest_status_line.substr(0, part.size())) return bad_status_line;
        if (line_end > limits_->head_bytes) return large_head;
        searched_ = line_end;
        if (line_feed == std::string_view::npos) return {};
        const auto fault = read_line(bytes.substr(checked_, line_end - checked_ - 1));
        if (!fault.empty()) return fault;
        checked_ = line_end;
    }
    return {};
}

// `line` is without its line feed.
std::string_view ResponseHeadCheck::read_line(std::string_view line) {
    if (!line.ends_with('\r')) return bad_line_ending;
    line.remove_suffix(1);
    if (line.find('\r') != std::string_view::npos) return bad_line_ending;
    if (++lines_ == 1) return read_status_line(line);
    if (!line.empty()) return read_header(line);
    complete_ = true;
    const bool clear =
        transfer_encodings_ == 0 || (transfer_encodings_ == 1 && content_lengths_ == 0 && http_11_);
    return clear ? std::string_view{} : bad_length;
}

std::string_view ResponseHeadCheck::read_status_line(std::string_view line) {
    if (line.size() < shortest_status_line.size()) return bad_status_line;
    const auto version = line.substr(0, 9);
    http_11_ = version == "HTTP/1.1 ";
    if (!http_11_ && version != "HTTP/1.0 ") return bad_status_line;
    const auto status = line.substr(9, 3);
    const bool is_status =
        status[0] >= '1' && status[0] <= '5' && std::all_of(status.begin(), status.end(), is_digit);
    return is_status && line[12] == ' ' && is_field_value(line) ? std::string_view{} : bad_status_line;
}

std::string_view ResponseHeadCheck::read_header(std::string_view line) {
    if (lines_ - 1 > limits_->headers) return large_head;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return bad_header;
    const auto value = line.substr(colon + 1);
    if (!is_field_value(value)) return bad_header;
    return read_framing(line.substr(0, colon), trimmed(value));
}

std::string_view ResponseHeadCheck::read_framing(std::string_view name, std::string_view value) {
    if (equals_ignoring_case(name, "content-length")) {
        const bool is_number = !value.empty() && value.size() <= most_length_digits &&
                               std::all_of(value.begin(), value.end(), is_digit);
        return ++content_lengths_ == 1 && is_number ? std::string_view{} : bad_length;
    }
    if (equals_ignoring_case(name, "transfer-encoding")) {
        ++transfer_encodings_;
        return equals_ignoring_case(value, "chunked") ? std::string_view{} : bad_length;
    }
    return {};
}

}  // namespace roost::http
