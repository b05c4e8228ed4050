#include "http/chunked_body.hpp"

#include "http/message.hpp"
#include "http/syntax.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace roost::http {
namespace {

// Chunks of one byte cost four before it.
constexpr std::size_t most_framing_per_byte = 8;
constexpr std::string_view line_end = "\r\n";

bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

bool take_token(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
    const bool any = end != text.begin();
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    return any;
}

// Behind its first quote. The line has no control characters but tabs.
bool take_quoted(std::string_view& text) {
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '"') return true;
        if (c == '\\' && !text.empty()) text.remove_prefix(1);
    }
    return false;
}

// *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
bool is_extensions(std::string_view text) {
    while (!text.empty()) {
        skip_blanks(text);
        if (!take(text, ';')) return false;
        skip_blanks(text);
        if (!take_token(text)) return false;
        auto value = text;
        skip_blanks(value);
        if (!take(value, '=')) continue;
        skip_blanks(value);
        text = value;
        if (take(text, '"') ? !take_quoted(text) : !take_token(text)) return false;
    }
    return true;
}

}  // namespace

ChunkedBody::Fed ChunkedBody::feed(std::string_view bytes, std::string& body) {
    Fed fed;
    while (fed.state == State::need_more && fed.consumed < bytes.size()) {
        const auto rest = bytes.substr(fed.consumed);
        if (next_ == Next::data) {
            const auto content = rest.substr(0, data_bytes_);
            body += content;
            fed.consumed += content.size();
            data_bytes_ -= content.size();
            if (data_bytes_ == 0) next_ = Next::data_end;
        } else if (next_ == Next::data_end) {
            if (!line_end.starts_with(rest.substr(0, line_end.size())))
                return {fed.consumed, State::malformed};
            if (rest.size() < line_end.size()) return fed;
            fed.consumed += line_end.size();
            next_ = Next::size;
        } else {
            const auto line = feed_line(rest);
            if (line.consumed == 0) return {fed.consumed, line.state};
            fed = {fed.consumed + line.consumed, line.state};
        }
    }
    return fed;
}

// Of one line; nothing of it is consumed before its end.
ChunkedBody::Fed ChunkedBody::feed_line(std::string_view bytes) {
    const auto line_feed = bytes.find('\n', searched_);
    const bool whole = line_feed != std::string_view::npos;
    const auto size = whole ? line_feed + 1 : bytes.size();
    if (size > line_bytes_ - trailer_bytes_) return {0, State::line_too_long};
    searched_ = whole ? 0 : size;
    if (!whole) return {};
    auto& counted = next_ == Next::size ? size_line_bytes_ : trailer_bytes_;
    counted += size;
    return {size, read_line(bytes.substr(0, size))};
}

ChunkedBody::State ChunkedBody::read_line(std::string_view line) {
    if (!line.ends_with(line_end)) return State::malformed;
    line.remove_suffix(line_end.size());
    if (!is_field_value(line)) return State::malformed;
    return next_ == Next::size ? read_size(line) : read_trailer(line);
}

ChunkedBody::State ChunkedBody::read_size(std::string_view line) {
    const auto* const digits_end = std::find_if_not(line.begin(), line.end(), is_hex);
    std::uint64_t size = 0;
    if (std::from_chars(line.begin(), digits_end, size, 16).ec != std::errc()) return State::malformed;
    line.remove_prefix(static_cast<std::size_t>(digits_end - line.begin()));
    if (!is_extensions(line)) return State::malformed;
    if (size > body_bytes_ - taken_bytes_) return State::body_too_large;
    if (size_line_bytes_ > line_bytes_ + body_bytes_ * most_framing_per_byte) return State::chunks_too_small;
    data_bytes_ = static_cast<std::size_t>(size);
    taken_bytes_ += data_bytes_;
    next_ = size > 0 ? Next::data : Next::trailer;
    return State::need_more;
}

ChunkedBody::State ChunkedBody::read_trailer(std::string_view line) {
    if (line.empty()) return State::complete;
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name)) return State::malformed;
    // Nobody may find another end of the message in it.
    const bool frames =
        equals_ignoring_case(name, "content-length") || equals_ignoring_case(name, "transfer-encoding");
    return frames ? State::malformed : State::need_more;
}

}  // namespace roost::http
