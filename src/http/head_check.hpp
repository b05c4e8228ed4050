// Reads the head of a request line by line before Boost.Beast does, and refuses what RFC 9112 leaves room to
// misunderstand: folded headers, bare CR or LF, repeated or listed lengths, two Hosts, odd transfer
// encodings. Knows the limits, keeps no bytes. Used by Parser alone.
#pragma once

#include "http/limits.hpp"
#include "http/refusal.hpp"

#include <cstddef>
#include <string_view>

namespace roost::http {

class HeadCheck {
public:
    explicit HeadCheck(const Limits& limits) : limits_(&limits) {}

    // `bytes` begin with the request line; each call sees those of the last one again, and more. Nothing when
    // all is well so far.
    const Refusal* read(std::string_view bytes);

    [[nodiscard]] bool complete() const noexcept { return complete_; }
    // Bytes of the head, with the empty line at its end.
    [[nodiscard]] std::size_t size() const noexcept { return checked_; }
    [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }

private:
    const Refusal* read_line(std::string_view line);
    const Refusal* read_request_line(std::string_view line);
    const Refusal* read_unfinished_request_line(std::string_view part) const;
    const Refusal* read_header(std::string_view line);
    const Refusal* read_framing(std::string_view name, std::string_view value);
    const Refusal* read_end() const;

    const Limits* limits_;
    std::size_t checked_ = 0;  // bytes of whole lines read
    std::size_t searched_ = 0;
    std::size_t lines_ = 0;
    unsigned hosts_ = 0;
    unsigned content_lengths_ = 0;
    unsigned transfer_encodings_ = 0;
    bool http_11_ = false;
    bool expects_continue_ = false;
    bool complete_ = false;
};

}  // namespace roost::http
