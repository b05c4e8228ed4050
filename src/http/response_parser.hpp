// An incremental parser of HTTP/1.x answers, for the client: Boost.Beast's for the work, and our own reading
// of every line of the head before it, and of chunked bodies (see http/parser). No I/O and no buffer of its
// own for the head: the caller keeps what was not consumed. One parser serves all answers of a connection,
// one after another.
#pragma once

#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/response_head_check.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace roost::http {

class ResponseParser {
public:
    enum class State { need_more, complete, garbage };

    struct Fed {
        std::size_t consumed = 0;  // drop as many from the front; what is left belongs to the next feed
        State state = State::need_more;
    };

    // `limits` must outlive the parser.
    explicit ResponseParser(const ClientLimits& limits);
    ~ResponseParser();
    ResponseParser(const ResponseParser&) = delete;
    ResponseParser& operator=(const ResponseParser&) = delete;

    // Gets ready for the answer to the next request; that to HEAD has no body, whatever its head says.
    void next(Method of_request);

    // `bytes`: all that was received and not yet consumed, so what was left last time and more. Interim
    // answers (1xx) are passed over. Bytes behind the answer are not consumed. Not after `complete` or
    // `garbage`.
    Fed feed(std::span<const char> bytes);
    // The connection has ended: complete when the body goes on until then, else garbage.
    State finish();

    // The head is there; the body may be under way.
    [[nodiscard]] bool head_complete() const noexcept;
    // Whole after `complete`, with all headers as they came, also those of the connection; content_type stays
    // empty. May be moved from.
    [[nodiscard]] Response& response() noexcept { return response_; }
    // After `complete`: the connection carries another request.
    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
    // After `garbage`: what was wrong, for the log; nothing of the answer is in it.
    [[nodiscard]] std::string_view fault() const noexcept { return fault_; }

private:
    class Beast;

    Fed feed_one(std::string_view bytes);
    Fed begin_answer(std::string_view head);
    Fed feed_body(std::string_view bytes);
    Fed feed_chunks(std::string_view bytes);
    Fed garbage(std::string_view fault);
    void begin();

    const ClientLimits& limits_;
    Response response_;
    ResponseHeadCheck head_;
    Method of_request_ = Method::get;
    bool keep_alive_ = false;
    unsigned interim_ = 0;  // answers passed over
    std::string_view fault_;
    std::unique_ptr<Beast> beast_;  // one allocation per connection
};

}  // namespace roost::http
