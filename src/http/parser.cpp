#include "http/parser.hpp"

#include "http/beast_feed.hpp"

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
        // Trailers of a chunked body come here too and are dropped: nothing here expects one.
        if (!head_done_) request_.headers.add(text(name), text(value));
    }
    void on_header_impl(Error&) override {
        head_done_ = true;
        request_.keep_alive = keep_alive();
    }
    std::size_t on_body_impl(View bytes, Error&) override {
        request_.body += text(bytes);
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Error&) override {
        request_.body += text(bytes);
        return bytes.size();
    }
    void on_response_impl(int, View, int, Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
    void on_finish_impl(Error&) override {}

    Request& request_;
    bool head_done_ = false;
};

const Refusal& refusal_of(const Error& error, bool head_done) {
    if (error == beast::error::body_limit) return refusal::body_too_large;
    if (error == beast::error::header_limit) return refusal::head_too_large;
    if (head_done) return refusal::chunk;
    // What HeadCheck lets pass and Beast does not.
    return refusal::connection;
}

}  // namespace

class Parser::Beast {
public:
    std::optional<Events> events;  // Beast's parser is good for one message
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
    if (head_.complete()) return feed_beast(bytes);

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

    beast_->events.emplace(request_, limits_);
    auto fed = feed_beast(bytes);
    fed.consumed += skipped;
    return fed;
}

Parser::Fed Parser::feed_beast(std::string_view bytes) {
    auto& events = *beast_->events;
    const auto fed = http::feed_beast(events, bytes, message_bytes_, limits_.head_bytes, limits_.body_bytes);
    switch (fed.state) {
        case BeastFed::State::need_more: return {fed.consumed, State::need_more};
        case BeastFed::State::complete: return {fed.consumed, State::complete};
        case BeastFed::State::failed: return refuse(refusal_of(fed.error, events.is_header_done()));
        case BeastFed::State::badly_framed: return refuse(refusal::chunk);
        case BeastFed::State::line_too_long: break;
    }
    return refuse(refusal::head_too_large);
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
    message_bytes_ = 0;
}

}  // namespace roost::http
