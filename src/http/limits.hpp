// What connections may cost: every size and time of the HTTP side in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace roost::http {

// Of one connection that is served.
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

// Of one client on one core: what it takes from an upstream, and how much of it at once.
struct ClientLimits {
    std::size_t head_bytes = 16 * 1024;        // status line and headers; more is garbage
    std::size_t headers = 100;                 // more is garbage
    std::size_t body_bytes = 8 * 1024 * 1024;  // more is garbage
    unsigned interim_answers = 8;              // 1xx before the answer; more is garbage

    std::size_t connections = 256;      // requests under way; further ones wait
    std::size_t idle_connections = 32;  // kept for the next request
    std::size_t waiting = 512;          // requests; further ones are refused

    std::chrono::milliseconds waiting_timeout_ms{2'000};
    std::chrono::milliseconds connect_timeout_ms{2'000};  // for each address
    std::chrono::milliseconds write_timeout_ms{10'000};
    std::chrono::milliseconds head_timeout_ms{30'000};  // from the end of the request
    std::chrono::milliseconds body_timeout_ms{30'000};  // from the end of the head
    // Shorter than the upstream's own, so that it is seldom the upstream that ends a kept connection.
    std::chrono::milliseconds idle_timeout_ms{20'000};
};

}  // namespace roost::http
