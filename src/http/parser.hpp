// An incremental HTTP/1.x request parser: Boost.Beast's for the work, and our own reading of every line of
// the head before it, because Beast accepts what lets two servers disagree on where a request ends (RFC 9112
// section 11.2). Chunked bodies we read alone. However the bytes fall into feeds, the same comes out. No I/O
// and no buffer of its own for the head: the caller keeps what was not consumed. One parser serves all
// requests of a connection, one after another.
#pragma once

#include "http/head_check.hpp"
#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/refusal.hpp"

#include <memory>
#include <span>

namespace roost::http {

class Parser {
public:
    enum class State { need_more, complete, refused };

    struct Fed {
        std::size_t consumed = 0;  // drop as many from the front; what is left belongs to the next feed
        State state = State::need_more;
    };

    // `limits` must outlive the parser.
    explicit Parser(const Limits& limits);
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    // `bytes`: all that was received and not yet consumed, so what was left last time and more. While more is
    // needed, never leaves more than Limits::head_bytes. Not after `complete` (see next()) or `refused`.
    Fed feed(std::span<const char> bytes);

    // The head is there; the body may be under way.
    [[nodiscard]] bool head_complete() const noexcept;
    // The head is there and the client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool expects_continue() const noexcept;
    // Whole after `complete`. Without peer and request_id: those are the session's.
    [[nodiscard]] Request& request() noexcept { return request_; }
    // After `refused`.
    [[nodiscard]] const Refusal& refusal() const noexcept { return *refusal_; }

    // Forgets the request and gets ready for the next one of the same connection.
    void next();

private:
    class Beast;

    Fed refuse(const Refusal& refusal);
    Fed begin(std::string_view head);
    Fed feed_body(std::string_view bytes);
    Fed feed_chunks(std::string_view bytes);

    const Limits& limits_;
    Request request_;
    const Refusal* refusal_ = nullptr;
    HeadCheck head_;
    bool blank_line_skipped_ = false;
    std::unique_ptr<Beast> beast_;  // one allocation per connection
};

}  // namespace roost::http
