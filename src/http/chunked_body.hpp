// Reads a chunked body (RFC 9112 section 7.1), of requests and of answers, line by line as HeadCheck reads
// heads: a line is judged when it is whole, and too long as soon as it is, however the bytes fall into reads.
// Trailers are dropped: nothing here expects one. No buffer of its own. Used by the parsers alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roost::http {

class ChunkedBody {
public:
    // `line_bytes`: of a chunk's size with its extensions, and of all trailers together. `body_bytes`: of the
    // chunks' content.
    ChunkedBody(std::size_t line_bytes, std::size_t body_bytes)
        : line_bytes_(line_bytes), body_bytes_(body_bytes) {}

    enum class State {
        need_more,
        complete,
        malformed,
        body_too_large,
        line_too_long,
        chunks_too_small,  // framed so badly that it is there to keep us busy
    };
    struct Fed {
        std::size_t consumed = 0;  // drop as many from the front; what is left belongs to the next feed
        State state = State::need_more;
    };

    // `bytes` begin with what the last call left over. While more is needed, never leaves more than
    // `line_bytes`. Appends the content to `body`, up to `body_bytes` in all. Not after another state than
    // need_more.
    Fed feed(std::string_view bytes, std::string& body);

private:
    enum class Next { size, data, data_end, trailer };

    Fed feed_line(std::string_view bytes);
    State read_line(std::string_view line);
    State read_size(std::string_view line);
    State read_trailer(std::string_view line);

    std::size_t line_bytes_;
    std::size_t body_bytes_;
    std::size_t taken_bytes_ = 0;      // of the body, with all of this chunk
    std::size_t data_bytes_ = 0;       // of this chunk that are to come
    std::size_t size_line_bytes_ = 0;  // of all chunks so far
    std::size_t trailer_bytes_ = 0;
    std::size_t searched_ = 0;  // for the end of the line
    Next next_ = Next::size;
};

}  // namespace roost::http
