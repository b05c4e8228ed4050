// Any bytes as what an upstream answers, to GET, or to HEAD if the first line begins with "H"; the rest of
// that line is no part of them: its bytes are the sizes of the pieces they come in, over and over. However
// the pieces fall, the same answers come out, and the same fault at the end.
#include "http/response_parser.hpp"

#include <fmt/format.h>

#include <cassert>

namespace roost {
namespace {

using namespace roost::http;
using State = ResponseParser::State;

// Small, so that inputs reach them.
constexpr ClientLimits limits{.head_bytes = 400, .headers = 8, .body_bytes = 100, .interim_answers = 2};

// What the client may rely on.
void check(const Response& response) {
    assert(response.status >= 200 && response.status <= 599);
    assert(response.headers.size() <= limits.headers);
    assert(response.headers.count("Content-Length") <= 1);
    assert(response.body.size() <= limits.body_bytes);
    assert(response.body.empty() || (response.status != 204 && response.status != 304));
    for (const auto& [name, value] : response.headers) {
        assert(!name.empty());
        assert((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    }
}

// A connection that reads one piece after another, and writes down what came.
class Reading {
public:
    explicit Reading(Method of_request) : of_request_(of_request) { parser_.next(of_request_); }

    [[nodiscard]] bool is_garbage() const { return state_ == State::garbage; }
    [[nodiscard]] const std::vector<std::string>& outcome() const { return outcome_; }

    void read(std::string_view piece) {
        rest_ += piece;
        do {
            step();
        } while (state_ == State::complete && !rest_.empty());
    }
    void finish() {
        if (state_ == State::need_more) end(parser_.finish());
    }

private:
    void step() {
        // Of exactly its size, so that the sanitizer sees a byte read beyond it.
        const std::vector<char> bytes(rest_.begin(), rest_.end());
        const auto fed = parser_.feed(bytes);
        assert(fed.consumed <= rest_.size());
        rest_.erase(0, fed.consumed);
        assert(fed.state != State::need_more || rest_.size() <= limits.head_bytes);
        end(fed.state);
    }
    void end(State state) {
        state_ = state;
        if (state_ == State::complete) {
            const auto& response = parser_.response();
            check(response);
            assert(of_request_ != Method::head || response.body.empty());
            outcome_.push_back(fmt::format("{} {} {}", response.status, parser_.keep_alive(), response.body));
            parser_.next(of_request_);
        } else if (state_ == State::garbage) {
            assert(!parser_.fault().empty());
            outcome_.emplace_back(parser_.fault());
        }
    }

    Method of_request_;
    ResponseParser parser_{limits};
    State state_ = State::need_more;
    std::string rest_;
    std::vector<std::string> outcome_;
};

}  // namespace

void fuzz(std::string_view input) {
    const auto line_end = std::min(input.find('\n'), input.size());
    const auto sizes = input.substr(0, line_end);
    const auto bytes = input.substr(std::min(line_end + 1, input.size()));
    const auto method = input.starts_with('H') ? Method::head : Method::get;

    Reading whole(method);
    whole.read(bytes);
    whole.finish();
    Reading pieces(method);
    auto rest = bytes;
    for (std::size_t i = 0; !rest.empty() && !pieces.is_garbage(); ++i) {
        const unsigned size = sizes.empty() ? 1 : static_cast<unsigned char>(sizes[i % sizes.size()]);
        pieces.read(rest.substr(0, std::max(size, 1U)));
        rest.remove_prefix(std::min<std::size_t>(std::max(size, 1U), rest.size()));
    }
    pieces.finish();
    assert(pieces.outcome() == whole.outcome());
}

}  // namespace roost
