// Feeds Boost.Beast's parser, for both directions: the head, which our own reading has found to be whole, and
// then a body that is not chunked. Used by the parsers alone.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <string_view>

namespace roost::http {

struct BeastFed {
    std::size_t consumed = 0;
    boost::beast::error_code error{};  // what is wrong; that more is needed is not
};

template <bool is_request>
BeastFed feed_beast(boost::beast::http::basic_parser<is_request>& parser, std::string_view bytes) {
    BeastFed fed;
    fed.consumed = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), fed.error);
    if (fed.error == boost::beast::http::error::need_more) fed.error = {};
    return fed;
}

}  // namespace roost::http
