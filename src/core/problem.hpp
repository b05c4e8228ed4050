// The error catalogue: every failure that a correct client or user can cause, with its code, HTTP status and
// title in one table. A Problem is a value (see core/result.hpp); what a client cannot cause is an exception.
// On the wire: RFC 9457 for REST, `{"reason": <code>}` for channels (contract.md, "Errors").
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost {

enum class Errc {
    malformed_json,
    malformed_request,
    unauthorized,
    invalid_credentials,
    invalid_refresh_token,
    forbidden,
    not_the_author,
    not_the_owner,
    not_found,
    user_not_found,
    room_not_found,
    message_not_found,
    method_not_allowed,
    not_acceptable,
    email_taken,
    slug_taken,
    message_deleted,
    body_too_large,
    unsupported_media_type,
    invalid_input,
    rate_limited,
    internal,
    bad_gateway,
    unavailable,
    overloaded,
    gateway_timeout,
};
inline constexpr std::size_t errc_count = static_cast<std::size_t>(Errc::gateway_timeout) + 1;

struct ProblemKind {
    Errc errc;
    int status;               // HTTP
    std::string_view code;    // for programs: `code` of a problem document, `reason` of a channel reply
    std::string_view title;   // RFC 9457 `title`
    std::string_view detail;  // RFC 9457 `detail`: one sentence, never anything the client sent
};

// The table's row; `errc` is always in it.
const ProblemKind& kind_of(Errc errc) noexcept;

// One fault of a body, a query string or an event payload. `pointer` is a JSON pointer (RFC 6901) to the
// member at fault, `code` names the rule, `detail` says it in a sentence without the value.
struct Fault {
    std::string pointer;
    std::string_view code;
    std::string detail;

    bool operator==(const Fault&) const = default;
};

class Problem {
public:
    Problem() = default;                 // Errc::internal
    Problem(Errc errc) : errc_(errc) {}  // NOLINT: a code alone is a problem
    Problem(Errc errc, std::vector<Fault> faults) : errc_(errc), faults_(std::move(faults)) {}
    // One fault, where all others passed.
    static Problem at(std::string pointer, std::string_view code, std::string detail) {
        std::vector<Fault> faults;
        faults.push_back({std::move(pointer), code, std::move(detail)});
        return {Errc::invalid_input, std::move(faults)};
    }
    // rate_limited: to be tried again after this time.
    static Problem limited_for(std::chrono::seconds time) {
        Problem problem(Errc::rate_limited);
        problem.retry_after_ = time;
        return problem;
    }

    [[nodiscard]] Errc errc() const noexcept { return errc_; }
    [[nodiscard]] const ProblemKind& kind() const noexcept { return kind_of(errc_); }
    // For the Retry-After header of rate_limited, unavailable and overloaded.
    [[nodiscard]] std::chrono::seconds retry_after() const noexcept { return retry_after_; }
    [[nodiscard]] const std::vector<Fault>& faults() const& noexcept { return faults_; }
    // Of a temporary, as Result::error() gives one: no reference into it.
    [[nodiscard]] std::vector<Fault> faults() && noexcept { return std::move(faults_); }

private:
    Errc errc_ = Errc::internal;
    std::vector<Fault> faults_;
    std::chrono::seconds retry_after_{1};
};

}  // namespace roost
