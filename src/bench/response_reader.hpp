// The receiving side of HTTP/1.1 for a load generator, without I/O: it counts answers and does not look at
// bodies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace roost::bench {

// One connection's reader. Keeps the beginning of a head that is not complete, and of a body only its length;
// a server's bodies have a Content-Length or are chunked.
class ResponseReader {
public:
    static constexpr std::size_t head_limit = 64U << 10U;  // bytes

    struct Response {
        unsigned status = 0;
        bool closes = false;    // the server will close the connection
        std::string_view body;  // only with keep_body
    };

    // Bodies are kept for whoever reads them, instead of skipped.
    void keep_body() noexcept { keeps_body_ = true; }

    // Calls `on_response(const Response&)` for each complete answer, in order. A text that says what the
    // server did wrong, or nothing.
    template <class F>
    std::string_view feed(std::span<const char> bytes, F on_response) {
        std::string_view rest(bytes.data(), bytes.size());
        while (!rest.empty()) {
            if (state_ == State::head && !take_head(rest)) return fault_;
            if (state_ == State::body) skip_body(rest);
            if (state_ == State::chunk_size && !take_chunk_size(rest)) return fault_;
            if (state_ != State::complete) continue;
            response_.body = body_;
            on_response(static_cast<const Response&>(response_));
            state_ = State::head;
            body_.clear();
        }
        return {};
    }

private:
    enum class State : std::uint8_t { head, body, chunk_size, complete };

    bool take_head(std::string_view& rest);
    bool read_head(std::string_view head);
    void skip_body(std::string_view& rest);
    bool take_chunk_size(std::string_view& rest);

    std::string held_;  // a head or a line that is not complete
    std::string body_;
    Response response_;
    std::uint64_t body_left_ = 0;  // bytes of the body, or of the chunk and the line break behind it
    std::string_view fault_;
    State state_ = State::head;
    bool is_chunked_ = false;
    bool is_last_chunk_ = false;
    bool keeps_body_ = false;
};

}  // namespace roost::bench
