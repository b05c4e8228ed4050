// Feeds Boost.Beast's parser within our limits, for both directions: Beast bounds the head and the body, but
// neither how a chunked body is framed nor its trailers. Used by the parsers alone.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <string_view>

namespace roost::http {

struct BeastFed {
    enum class State { need_more, complete, failed, badly_framed, line_too_long };
    std::size_t consumed = 0;
    State state = State::need_more;
    boost::beast::error_code error{};  // when failed
};

// Chunks of one byte cost six; a body that is framed worse than this is there to keep us busy.
inline constexpr std::size_t most_framing_per_byte = 8;
// A chunked body goes on for at least "0 CR LF CR LF". Beast asserts that it sees as many bytes when it looks
// at a last chunk again, which a peer could otherwise make untrue.
inline constexpr std::size_t shortest_rest_of_chunks = 5;

// `message_bytes` counts what was consumed of this message.
template <bool is_request>
BeastFed feed_beast(boost::beast::http::basic_parser<is_request>& parser, std::string_view bytes,
                    std::size_t& message_bytes, std::size_t head_bytes, std::size_t body_bytes) {
    using State = BeastFed::State;
    const bool in_chunks = parser.got_some() && parser.chunked();
    if (bytes.empty() || (in_chunks && bytes.size() < shortest_rest_of_chunks)) return {};
    boost::beast::error_code error;
    const auto consumed = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (error && error != boost::beast::http::error::need_more) return {consumed, State::failed, error};
    message_bytes += consumed;
    if (message_bytes > head_bytes + body_bytes * most_framing_per_byte)
        return {consumed, State::badly_framed};
    if (parser.is_done()) return {consumed, State::complete};
    // The line of a chunk's size, or the trailers.
    if (bytes.size() - consumed > head_bytes) return {consumed, State::line_too_long};
    return {consumed, State::need_more};
}

}  // namespace roost::http
