#include "http/response_parser.hpp"

#include "http/beast_feed.hpp"

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
        // Trailers of a chunked body come here too and are dropped: nothing here expects one.
        if (!head_done_) response_.headers.add(text(name), text(value));
    }
    void on_header_impl(Error&) override { head_done_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override {
        if (length) response_.body.reserve(static_cast<std::size_t>(std::min(*length, most_reserved_bytes)));
    }
    std::size_t on_body_impl(View bytes, Error&) override {
        response_.body += text(bytes);
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Error&) override {
        response_.body += text(bytes);
        return bytes.size();
    }
    void on_request_impl(beast::verb, View, View, int, Error&) override {}
    void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
    void on_finish_impl(Error&) override {}

    Response& response_;
    bool head_done_ = false;
};

std::string_view fault_of(const Error& error, bool head_done) {
    if (error == beast::error::body_limit) return "its body is too large";
    return head_done ? "its chunked body is not well-formed" : "its Connection header is not well-formed";
}

}  // namespace

class ResponseParser::Beast {
public:
    std::optional<Events> events;  // Beast's parser is good for one message
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
    message_bytes_ = 0;
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
        beast_->events.emplace(response_, limits_, of_request_);
    }
    auto& events = *beast_->events;
    const auto fed = feed_beast(events, bytes, message_bytes_, limits_.head_bytes, limits_.body_bytes);
    switch (fed.state) {
        case BeastFed::State::need_more: return {fed.consumed, State::need_more};
        case BeastFed::State::complete: break;
        case BeastFed::State::failed: return garbage(fault_of(fed.error, events.is_header_done()));
        case BeastFed::State::badly_framed: return garbage("its chunks are too small");
        case BeastFed::State::line_too_long: return garbage("a chunk's line or a trailer is too long");
    }
    keep_alive_ = events.keep_alive();
    return {fed.consumed, State::complete};
}

ResponseParser::State ResponseParser::finish() {
    Error error = beast::error::partial_message;
    if (beast_->events) beast_->events->put_eof(error);
    if (!error) return State::complete;
    fault_ = "the connection ended within it";
    return State::garbage;
}

}  // namespace roost::http
