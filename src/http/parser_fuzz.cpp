// Any bytes as what a connection receives. The first line is no part of them: its bytes are the sizes of the
// pieces they come in, over and over. However the pieces fall, the same requests come out, and the same
// refusal at the end.
#include "http/parser.hpp"

#include <fmt/format.h>

#include <cassert>

namespace roost {
namespace {

using namespace roost::http;

// Small, so that inputs reach them.
constexpr Limits limits{.head_bytes = 400, .headers = 8, .target_bytes = 60, .body_bytes = 100};

// What the session may rely on.
void check(const Request& request) {
    assert(!request.target.empty() && request.target.size() <= limits.target_bytes);
    assert(request.path == "*" || request.path.starts_with('/'));
    assert(request.path.size() + request.query.size() <= request.target.size() + 1);
    assert(request.version == 10 || request.version == 11);
    assert(request.headers.size() <= limits.headers);
    assert(request.headers.count("Host") <= 1);
    assert(request.version == 10 || request.headers.count("Host") == 1);
    assert(request.headers.count("Content-Length") + request.headers.count("Transfer-Encoding") <= 1);
    assert(request.body.size() <= limits.body_bytes);
    std::size_t head_bytes = request.target.size();
    for (const auto& [name, value] : request.headers) {
        assert(!name.empty());
        assert((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        head_bytes += name.size() + value.size();
    }
    assert(head_bytes <= limits.head_bytes);
}

std::string text_of(const Request& request) {
    auto text = fmt::format("{} {} {} {}\n", name_of(request.method), request.target, request.version,
                            request.keep_alive);
    for (const auto& [name, value] : request.headers) text += fmt::format("{}:{}\n", name, value);
    return text + request.body;
}

// A connection that reads one piece after another, and writes down what it accepted and why it ended.
class Reading {
public:
    [[nodiscard]] bool is_refused() const { return state_ == Parser::State::refused; }
    [[nodiscard]] const std::vector<std::string>& outcome() const { return outcome_; }

    void read(std::string_view piece) {
        rest_ += piece;
        do {
            step();
        } while (state_ == Parser::State::complete && !rest_.empty());
    }

private:
    void step() {
        // Of exactly its size, so that the sanitizer sees a byte read beyond it.
        const std::vector<char> bytes(rest_.begin(), rest_.end());
        const auto fed = parser_.feed(bytes);
        state_ = fed.state;
        assert(fed.consumed <= rest_.size());
        rest_.erase(0, fed.consumed);
        if (state_ == Parser::State::need_more) {
            assert(rest_.size() <= limits.head_bytes);
        } else if (state_ == Parser::State::complete) {
            check(parser_.request());
            outcome_.push_back(text_of(parser_.request()));
            parser_.next();
        } else {
            const auto& refusal = parser_.refusal();
            assert(refusal.status >= 400 && refusal.status <= 505);
            outcome_.push_back(fmt::format("{} {}", refusal.status, refusal.detail));
        }
    }

    Parser parser_{limits};
    Parser::State state_ = Parser::State::need_more;
    std::string rest_;
    std::vector<std::string> outcome_;
};

}  // namespace

void fuzz(std::string_view input) {
    const auto line_end = std::min(input.find('\n'), input.size());
    const auto sizes = input.substr(0, line_end);
    const auto bytes = input.substr(std::min(line_end + 1, input.size()));

    Reading whole;
    whole.read(bytes);
    Reading pieces;
    auto rest = bytes;
    for (std::size_t i = 0; !rest.empty() && !pieces.is_refused(); ++i) {
        const unsigned size = sizes.empty() ? 1 : static_cast<unsigned char>(sizes[i % sizes.size()]);
        pieces.read(rest.substr(0, std::max(size, 1U)));
        rest.remove_prefix(std::min<std::size_t>(std::max(size, 1U), rest.size()));
    }
    assert(pieces.outcome() == whole.outcome());
}

}  // namespace roost
