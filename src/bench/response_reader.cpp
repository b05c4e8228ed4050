#include "bench/response_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace roost::bench {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equals(std::string_view text, std::string_view in_lower_case) noexcept {
    return std::ranges::equal(text, in_lower_case, {}, lower);
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

template <class Number>
bool read_number(std::string_view text, Number& number, int base) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return error == std::errc() && end == text.data() + text.size();
}

// Everything up to `end`, and the rest behind it; false when it is not there yet, and all of it is held.
bool take_until(std::string_view end, std::string& held, std::string_view& rest) {
    if (held.empty()) {
        const auto at = rest.find(end);
        if (at == std::string_view::npos) {
            held = rest;
            rest = {};
            return false;
        }
        held = rest.substr(0, at);
        rest.remove_prefix(at + end.size());
        return true;
    }
    // `end` may have begun in what is held.
    const auto from = held.size() - std::min(held.size(), end.size() - 1);
    const auto before = held.size();
    held += rest;
    const auto at = held.find(end, from);
    if (at == std::string::npos) {
        rest = {};
        return false;
    }
    rest.remove_prefix(at + end.size() - before);
    held.resize(at);
    return true;
}

}  // namespace

bool ResponseReader::take_head(std::string_view& rest) {
    if (!take_until("\r\n\r\n", held_, rest)) {
        if (held_.size() > head_limit) fault_ = "a head of more than 64 KiB";
        return false;
    }
    const auto is_good = read_head(held_);
    held_.clear();
    return is_good;
}

bool ResponseReader::read_head(std::string_view head) {
    constexpr std::string_view version = "HTTP/1.1 ";
    response_ = {};
    if (!head.starts_with(version) || !read_number(head.substr(version.size(), 3), response_.status, 10)) {
        fault_ = "no HTTP/1.1 answer";
        return false;
    }
    is_chunked_ = is_last_chunk_ = false;
    auto length = std::string_view();
    auto line_end = head.find("\r\n");
    while (line_end != std::string_view::npos) {
        const auto begin = line_end + 2;
        line_end = head.find("\r\n", begin);
        const auto line =
            head.substr(begin, line_end == std::string_view::npos ? line_end : line_end - begin);
        const auto colon = std::min(line.find(':'), line.size());
        const auto name = line.substr(0, colon);
        const auto value = trimmed(line.substr(std::min(colon + 1, line.size())));
        if (name.size() == 14 && equals(name, "content-length")) length = value;
        else if (name.size() == 17 && equals(name, "transfer-encoding"))
            is_chunked_ = equals(value, "chunked");
        else if (name.size() == 10 && equals(name, "connection")) response_.closes = equals(value, "close");
    }
    body_left_ = 0;
    if (is_chunked_) {
        state_ = State::chunk_size;
    } else if (!length.empty() ? read_number(length, body_left_, 10)
                               : response_.status == 204 || response_.status == 304) {
        state_ = body_left_ > 0 ? State::body : State::complete;
    } else {
        fault_ = "an answer without a length";
        return false;
    }
    return true;
}

void ResponseReader::skip_body(std::string_view& rest) {
    const auto taken = std::min<std::uint64_t>(rest.size(), body_left_);
    if (keeps_body_) body_ += rest.substr(0, taken);
    rest.remove_prefix(taken);
    body_left_ -= taken;
    if (body_left_ == 0) state_ = is_chunked_ ? State::chunk_size : State::complete;
}

// The line in front of a chunk, or the end of the last: trailers are no load's business and refused.
bool ResponseReader::take_chunk_size(std::string_view& rest) {
    while (take_until("\r\n", held_, rest)) {
        const auto line = std::exchange(held_, {});
        if (line.empty() && body_left_ == 0 && !is_last_chunk_) continue;  // behind a chunk
        if (line.empty()) {
            is_last_chunk_ = false;
            state_ = State::complete;
            return true;
        }
        std::uint64_t size = 0;
        if (is_last_chunk_ || !read_number(std::string_view(line).substr(0, line.find(';')), size, 16)) {
            fault_ = "a chunk that is none";
            return false;
        }
        is_last_chunk_ = size == 0;
        if (size == 0) continue;
        body_left_ = size;
        state_ = State::body;
        return true;
    }
    return false;
}

}  // namespace roost::bench
