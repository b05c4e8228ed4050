// Reads the head of an answer line by line before Boost.Beast does, as HeadCheck does with requests, and for
// the same reason: two readers must not disagree on where an answer ends. Knows the limits, keeps no bytes.
// Used by ResponseParser alone.
#pragma once

#include "http/limits.hpp"

#include <cstddef>
#include <string_view>

namespace roost::http {

class ResponseHeadCheck {
public:
    explicit ResponseHeadCheck(const ClientLimits& limits) : limits_(&limits) {}

    // `bytes` begin with the status line; each call sees those of the last one again, and more. What is
    // wrong, for the log; empty when all is well so far.
    std::string_view read(std::string_view bytes);

    [[nodiscard]] bool complete() const noexcept { return complete_; }
    // Bytes of the head, with the empty line at its end.
    [[nodiscard]] std::size_t size() const noexcept { return checked_; }

private:
    std::string_view read_line(std::string_view line);
    std::string_view read_status_line(std::string_view line);
    std::string_view read_header(std::string_view line);
    std::string_view read_framing(std::string_view name, std::string_view value);

    const ClientLimits* limits_;
    std::size_t checked_ = 0;  // bytes of whole lines read
    std::size_t searched_ = 0;
    std::size_t lines_ = 0;
    unsigned content_lengths_ = 0;
    unsigned transfer_encodings_ = 0;
    bool http_11_ = false;
    bool complete_ = false;
};

}  // namespace roost::http
