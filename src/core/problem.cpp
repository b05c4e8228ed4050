#include "core/problem.hpp"

#include <array>
#include <cassert>

namespace roost {
namespace {

constexpr std::array table{
    ProblemKind{Errc::malformed_json, 400, "malformed_json", "Malformed JSON",
                "The body is not a JSON document in UTF-8 within the limits of depth and size."},
    ProblemKind{Errc::malformed_request, 400, "malformed_request", "Malformed request",
                "The request does not follow HTTP."},
    ProblemKind{Errc::unauthorized, 401, "unauthorized", "Unauthorized",
                "A valid access token is needed: Authorization: Bearer <token>."},
    ProblemKind{Errc::invalid_credentials, 401, "invalid_credentials", "Invalid credentials",
                "The e-mail address or the password is wrong."},
    ProblemKind{Errc::invalid_refresh_token, 401, "invalid_refresh_token", "Invalid refresh token",
                "The refresh token is unknown, expired or revoked; log in again."},
    ProblemKind{Errc::forbidden, 403, "forbidden", "Forbidden", "The caller may not do this."},
    ProblemKind{Errc::not_the_author, 403, "not_the_author", "Not the author",
                "Only the author of a message may do this."},
    ProblemKind{Errc::not_the_owner, 403, "not_the_owner", "Not the owner",
                "Only the owner of the room may do this."},
    ProblemKind{Errc::not_found, 404, "not_found", "Not found", "Nothing is at this path."},
    ProblemKind{Errc::user_not_found, 404, "user_not_found", "User not found", "There is no such user."},
    ProblemKind{Errc::room_not_found, 404, "room_not_found", "Room not found",
                "There is no such room, or the caller is not a member of it."},
    ProblemKind{Errc::message_not_found, 404, "message_not_found", "Message not found",
                "There is no such message."},
    ProblemKind{Errc::method_not_allowed, 405, "method_not_allowed", "Method not allowed",
                "The path does not answer this method; see the Allow header."},
    ProblemKind{Errc::not_acceptable, 406, "not_acceptable", "Not acceptable",
                "Answers are application/json; the Accept header excludes it."},
    ProblemKind{Errc::email_taken, 409, "email_taken", "E-mail address taken",
                "An account with this e-mail address exists already."},
    ProblemKind{Errc::slug_taken, 409, "slug_taken", "Slug taken", "A room with this slug exists already."},
    ProblemKind{Errc::message_deleted, 410, "message_deleted", "Message deleted",
                "The message was deleted and cannot be changed any more."},
    ProblemKind{Errc::body_too_large, 413, "body_too_large", "Body too large",
                "The body is larger than this endpoint accepts."},
    ProblemKind{Errc::unsupported_media_type, 415, "unsupported_media_type", "Unsupported media type",
                "The body must be application/json."},
    ProblemKind{Errc::invalid_input, 422, "invalid_input", "Invalid input",
                "One or more values are not acceptable; see errors."},
    ProblemKind{Errc::rate_limited, 429, "rate_limited", "Rate limited",
                "Too many requests; try again later."},
    ProblemKind{Errc::internal, 500, "internal", "Internal error",
                "Something went wrong here; the request id finds it in the log."},
    ProblemKind{Errc::bad_gateway, 502, "bad_gateway", "Bad gateway",
                "The API cannot be reached, or its answer was not HTTP."},
    ProblemKind{
        Errc::unavailable, 503, "unavailable", "Unavailable",
        "The database does not answer. A post that is sent again under its client_id is stored once."},
    ProblemKind{Errc::overloaded, 503, "overloaded", "Overloaded",
                "Too much is waiting already; nothing was stored. Try again."},
    ProblemKind{Errc::gateway_timeout, 504, "gateway_timeout", "Gateway timeout",
                "The API did not answer in time."},
};

constexpr bool table_is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].errc != static_cast<Errc>(i)) return false;
    return true;
}
static_assert(table_is_in_order(), "one row per Errc, in its order");
static_assert(table.size() == errc_count);

}  // namespace

const ProblemKind& kind_of(Errc errc) noexcept {
    return table[static_cast<std::size_t>(errc)];
}

}  // namespace roost
