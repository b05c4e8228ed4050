// What one connection may cost: every size and time of the HTTP side in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace roost::http {

struct Limits {
    std::size_t head_bytes = 16 * 1024;   // request line and headers; more: 431
    std::size_t headers = 100;            // more: 431
    std::size_t target_bytes = 8 * 1024;  // more: 414
    std::size_t body_bytes = 128 * 1024;  // more: 413

    std::chrono::milliseconds idle_timeout_ms{60'000};  // between requests; then a silent close
    std::chrono::milliseconds head_timeout_ms{10'000};  // from the first byte of a request; then 408
    std::chrono::milliseconds body_timeout_ms{30'000};  // from the end of the head; then 408
    std::chrono::milliseconds write_timeout_ms{30'000};
    // After a refusal, what the client still sends is read away, so that it gets to read the answer.
    std::chrono::milliseconds linger_timeout_ms{1'000};
    std::size_t linger_bytes = 1024 * 1024;
};

}  // namespace roost::http
