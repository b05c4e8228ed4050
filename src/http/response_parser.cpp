#include "http/response_parser.hpp"

#include "http/beast_feed.hpp"
#include "http/chunked_body.hpp"

#include <algorithm>
#include <cassert>

namespace roost::http {
namespace {

namespace beast = boost::beast::http;
using Error = boost::beast::error_code;

// An announced length is believed so far; the rest has to come first.
constexpr std::uint64_t most_reserved_bytes = 256 * 1024;

class Events : public beast::basic_parser<false> {
public:
    Events(Response& response, const ClientLimits& limits, Method of_request) : response_(response) {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1));
        body_limit(limits.body_bytes);
        eager(true);
        skip(of_request == Method::head);
    }

private:
    using View = boost::beast::string_view;
    static std::string_view text(View view) { return {view.data(), view.size()}; }

    void on_response_impl(int status, View, int, Error&) override { response_.status = status; }
    void on_field_impl(beast::field, View name, View value, Error&) override {
        response_.headers.add(text(name), text(value));
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override {
        if (length) response_.body.reserve(static_cast<std::size_t>(std::min(*length, most_reserved_bytes)));
    }
    std::size_t on_body_impl(View bytes, Error&) override {
        response_.body += text(bytes);
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, View, Error&) override { return 0; }
    void on_header_impl(Error&) override {}
    void on_request_impl(beast::verb, View, View, int, Error&) override {}
    void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
    void on_finish_impl(Error&) override {}

    Response& response_;
};

constexpr std::string_view large_body = "its body is too large";

std::string_view fault_of(const Error& error) {
    return error == beast::error::body_limit ? large_body : "its Connection header is not well-formed";
}

}  // namespace

class ResponseParser::Beast {
public:
    // Each is good for one message.
    std::optional<Events> events;
    std::optional<ChunkedBody> chunks;
};

ResponseParser::ResponseParser(const ClientLimits& limits)
    : limits_(limits), head_(limits), beast_(std::make_unique<Beast>()) {}

ResponseParser::~ResponseParser() = default;

void ResponseParser::next(Method of_request) {
    of_request_ = of_request;
    interim_ = 0;
    fault_ = {};
    begin();
}

void ResponseParser::begin() {
    response_ = Response();
    head_ = ResponseHeadCheck(limits_);
    keep_alive_ = false;
    beast_->events.reset();
}

bool ResponseParser::head_complete() const noexcept {
    return head_.complete();
}

ResponseParser::Fed ResponseParser::garbage(std::string_view fault) {
    fault_ = fault;
    return {0, State::garbage};
}

ResponseParser::Fed ResponseParser::feed(std::span<const char> span) {
    assert(fault_.empty());
    const std::string_view bytes{span.data(), span.size()};
    for (std::size_t consumed = 0;;) {
        const auto fed = feed_one(bytes.substr(consumed));
        consumed += fed.consumed;
        if (fed.state != State::complete || response_.status >= 200) return {consumed, fed.state};
        if (response_.status == 101) return garbage("it switches protocols unasked");
        if (++interim_ > limits_.interim_answers) return garbage("too many interim answers go before it");
        begin();
    }
}

ResponseParser::Fed ResponseParser::feed_one(std::string_view bytes) {
    if (!head_.complete()) {
        const auto fault = head_.read(bytes);
        if (!fault.empty()) return garbage(fault);
        if (!head_.complete()) return {};
        auto fed = begin_answer(bytes.substr(0, head_.size()));
        if (fed.state == State::need_more) fed = feed_body(bytes.substr(head_.size()));
        fed.consumed += head_.size();
        return fed;
    }
    return feed_body(bytes);
}

ResponseParser::Fed ResponseParser::begin_answer(std::string_view head) {
    auto& events = beast_->events.emplace(response_, limits_, of_request_);
    if (const auto error = feed_beast(events, head).error) return garbage(fault_of(error));
    keep_alive_ = events.keep_alive();
    if (events.is_done()) return {0, State::complete};
    if (events.chunked()) beast_->chunks.emplace(limits_.head_bytes, limits_.body_bytes);
    return {};
}

ResponseParser::Fed ResponseParser::feed_body(std::string_view bytes) {
    auto& events = *beast_->events;
    if (events.chunked()) return feed_chunks(bytes);
    const auto fed = feed_beast(events, bytes);
    if (fed.error) return garbage(fault_of(fed.error));
    return {fed.consumed, events.is_done() ? State::complete : State::need_more};
}

ResponseParser::Fed ResponseParser::feed_chunks(std::string_view bytes) {
    const auto [consumed, state] = beast_->chunks->feed(bytes, response_.body);
    switch (state) {
        case ChunkedBody::State::need_more: return {consumed, State::need_more};
        case ChunkedBody::State::complete: return {consumed, State::complete};
        case ChunkedBody::State::malformed: return garbage("its chunked body is not well-formed");
        case ChunkedBody::State::body_too_large: return garbage(large_body);
        case ChunkedBody::State::line_too_long: return garbage("a chunk's line or a trailer is too long");
        case ChunkedBody::State::chunks_too_small: break;
    }
    return garbage("its chunks are too small");
}

ResponseParser::State ResponseParser::finish() {
    Error error = beast::error::partial_message;
    if (beast_->events) beast_->events->put_eof(error);
    if (!error) return State::complete;
    fault_ = "the connection ended within it";
    return State::garbage;
}

}  // namespace roost::http
