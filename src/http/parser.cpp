#include "http/parser.hpp"

#include "http/beast_feed.hpp"
#include "http/chunked_body.hpp"

#include <cassert>

namespace roost::http {
namespace {

namespace beast = boost::beast::http;
using Error = boost::beast::error_code;

// A request's body may have been large once; an idle connection does not keep that.
constexpr std::size_t most_kept_body_bytes = 16 * 1024;

Method method_of(beast::verb verb) {
    switch (verb) {
        case beast::verb::get: return Method::get;
        case beast::verb::head: return Method::head;
        case beast::verb::post: return Method::post;
        case beast::verb::put: return Method::put;
        case beast::verb::patch: return Method::patch;
        case beast::verb::delete_: return Method::del;
        case beast::verb::options: return Method::options;
        default: return Method::other;
    }
}

// "http://host/path?query" and "/path?query" name the same here: there is one host.
void split_target(Request& request) {
    std::string_view rest = request.target;
    if (!rest.starts_with('/') && rest != "*") {
        rest.remove_prefix(rest.find("://") + 3);
        rest.remove_prefix(std::min(rest.find_first_of("/?"), rest.size()));
    }
    const auto mark = rest.find('?');
    request.path = rest.substr(0, mark);
    if (request.path.empty()) request.path = "/";
    if (mark != std::string_view::npos) request.query = rest.substr(mark + 1);
}

class Events : public beast::basic_parser<true> {
public:
    Events(Request& request, const Limits& limits) : request_(request) {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1));
        body_limit(limits.body_bytes);
        eager(true);
    }

private:
    using View = boost::beast::string_view;
    static std::string_view text(View view) { return {view.data(), view.size()}; }

    void on_request_impl(beast::verb verb, View method, View target, int version, Error&) override {
        request_.method = method_of(verb);
        if (request_.method == Method::other) request_.other_method = text(method);
        request_.target = text(target);
        request_.version = static_cast<unsigned>(version);
        split_target(request_);
    }
    void on_field_impl(beast::field, View name, View value, Error&) override {
        request_.headers.add(text(name), text(value));
    }
    void on_header_impl(Error&) override { request_.keep_alive = keep_alive(); }
    std::size_t on_body_impl(View bytes, Error&) override {
        request_.body += text(bytes);
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, View, Error&) override { return 0; }
    void on_response_impl(int, View, int, Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
    void on_finish_impl(Error&) override {}

    Request& request_;
};

// What HeadCheck lets pass and Beast does not.
const Refusal& refusal_of(const Error& error) {
    return error == beast::error::body_limit ? refusal::body_too_large : refusal::connection;
}

}  // namespace

class Parser::Beast {
public:
    // Each is good for one message.
    std::optional<Events> events;
    std::optional<ChunkedBody> chunks;
};

Parser::Parser(const Limits& limits) : limits_(limits), head_(limits), beast_(std::make_unique<Beast>()) {}

Parser::~Parser() = default;

bool Parser::head_complete() const noexcept {
    return head_.complete();
}

bool Parser::expects_continue() const noexcept {
    return head_.complete() && head_.expects_continue();
}

Parser::Fed Parser::refuse(const Refusal& refusal) {
    refusal_ = &refusal;
    return {0, State::refused};
}

Parser::Fed Parser::feed(std::span<const char> span) {
    assert(refusal_ == nullptr);
    std::string_view bytes{span.data(), span.size()};
    if (head_.complete()) return feed_body(bytes);

    // RFC 9112 section 2.2: an empty line before the request is a leftover of clumsy clients.
    std::size_t skipped = 0;
    if (!blank_line_skipped_ && bytes.starts_with('\r')) {
        if (bytes == "\r") return {};
        if (bytes[1] == '\n') skipped = 2;
    }
    blank_line_skipped_ = blank_line_skipped_ || !bytes.empty();
    bytes.remove_prefix(skipped);
    if (const auto* refusal = head_.read(bytes)) return refuse(*refusal);
    if (!head_.complete()) return {skipped, State::need_more};

    auto fed = begin(bytes.substr(0, head_.size()));
    if (fed.state == State::need_more) fed = feed_body(bytes.substr(head_.size()));
    fed.consumed += skipped + head_.size();
    return fed;
}

Parser::Fed Parser::begin(std::string_view head) {
    auto& events = beast_->events.emplace(request_, limits_);
    if (const auto error = feed_beast(events, head).error) return refuse(refusal_of(error));
    if (events.is_done()) return {0, State::complete};
    if (events.chunked()) beast_->chunks.emplace(limits_.head_bytes, limits_.body_bytes);
    return {};
}

Parser::Fed Parser::feed_body(std::string_view bytes) {
    auto& events = *beast_->events;
    if (events.chunked()) return feed_chunks(bytes);
    const auto fed = feed_beast(events, bytes);
    if (fed.error) return refuse(refusal_of(fed.error));
    return {fed.consumed, events.is_done() ? State::complete : State::need_more};
}

Parser::Fed Parser::feed_chunks(std::string_view bytes) {
    const auto [consumed, state] = beast_->chunks->feed(bytes, request_.body);
    switch (state) {
        case ChunkedBody::State::need_more: return {consumed, State::need_more};
        case ChunkedBody::State::complete: return {consumed, State::complete};
        case ChunkedBody::State::body_too_large: return refuse(refusal::body_too_large);
        case ChunkedBody::State::line_too_long: return refuse(refusal::head_too_large);
        case ChunkedBody::State::malformed:
        case ChunkedBody::State::chunks_too_small: break;
    }
    return refuse(refusal::chunk);
}

void Parser::next() {
    request_.other_method.clear();
    request_.headers.clear();
    request_.query.clear();
    request_.body.clear();
    if (request_.body.capacity() > most_kept_body_bytes) request_.body.shrink_to_fit();
    refusal_ = nullptr;
    head_ = HeadCheck(limits_);
    blank_line_skipped_ = false;
}

}  // namespace roost::http
