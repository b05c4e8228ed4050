// An endpoint as a value: what it takes, what it gives, who may call it, how it can fail.
//
//     inline const auto create_message = post("/api/messages")
//         .named("create_message", "Messages", "Post a message to a room")
//         .only_for_callers()
//         .takes<NewMessage>().gives<MessageEnvelope>(201, "The message was stored")
//         .fails_with({Errc::room_not_found});
//
// From this one value come the routing, the decoding and its checks, the types that a handler must have
// (api/serve.hpp), and the OpenAPI document (contract/openapi.hpp).
#pragma once

#include "core/problem.hpp"
#include "core/result.hpp"
#include "http/message.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace roost::contract {

enum class Access {
    open,      // nobody asks for a token, and one that is sent is not looked at
    optional,  // a token is not needed, but a bad one is refused
    callers,   // with a valid access token
};

// A successful answer.
struct Outcome {
    int status = 200;
    std::string_view text;
};

// Instead of an answer that bears an ETag (RFC 9110 section 15.4.5).
inline constexpr Outcome not_modified{304, "The client has it already: If-None-Match names its ETag."};

// What does not depend on types.
struct EndpointInfo {
    http::Method method = http::Method::get;
    std::string_view path;  // with "{name}" for parameters
    std::string_view name;  // "create_message"
    std::string_view tag;
    std::string_view summary;
    std::string_view description;
    Access access = Access::open;
    Outcome outcome;
    std::optional<Outcome> other;      // with the same body
    Errc nowhere = Errc::not_found;    // of a path whose parameters are not of their form: it names nothing
    bool has_idempotency_key = false;  // the header
    bool has_etag = false;             // answers bear one, and who has it already is told so
    bool needs_database = true;
    std::vector<Errc> errors;  // its own; see all_errors()
};

template <class Path, class Query, class Body, class Answer>
struct Endpoint : EndpointInfo {
    using path_type = Path;  // None: no parameters
    using query_type = Query;
    using body_type = Body;
    using answer_type = Answer;  // None: 204

    [[nodiscard]] Endpoint named(std::string_view id, std::string_view group, std::string_view text) const {
        auto copy = *this;
        copy.name = id;
        copy.tag = group;
        copy.summary = text;
        return copy;
    }
    [[nodiscard]] Endpoint explained(std::string_view text) const {
        auto copy = *this;
        copy.description = text;
        return copy;
    }
    [[nodiscard]] Endpoint only_for_callers() const {
        auto copy = *this;
        copy.access = Access::callers;
        return copy;
    }
    [[nodiscard]] Endpoint also_for_callers() const {
        auto copy = *this;
        copy.access = Access::optional;
        return copy;
    }
    // The parameters of the path; `missing`: what a path is told that names nothing.
    template <class T>
    [[nodiscard]] Endpoint<T, Query, Body, Answer> at(Errc missing) const {
        Endpoint<T, Query, Body, Answer> copy{info()};
        copy.nowhere = missing;
        copy.errors.push_back(missing);
        return copy;
    }
    // Parameters of the query string.
    template <class T>
    [[nodiscard]] Endpoint<Path, T, Body, Answer> query() const {
        return {info()};
    }
    // A JSON body.
    template <class T>
    [[nodiscard]] Endpoint<Path, Query, T, Answer> takes() const {
        return {info()};
    }
    template <class T>
    [[nodiscard]] Endpoint<Path, Query, Body, T> gives(int status, std::string_view text) const {
        Endpoint<Path, Query, Body, T> copy{info()};
        copy.outcome = {status, text};
        return copy;
    }
    [[nodiscard]] Endpoint gives_nothing(std::string_view text) const {
        auto copy = *this;
        copy.outcome = {204, text};
        return copy;
    }
    [[nodiscard]] Endpoint or_gives(int status, std::string_view text) const {
        auto copy = *this;
        copy.other = Outcome{status, text};
        return copy;
    }
    [[nodiscard]] Endpoint takes_idempotency_key() const {
        auto copy = *this;
        copy.has_idempotency_key = true;
        return copy;
    }
    [[nodiscard]] Endpoint with_etag() const {
        auto copy = *this;
        copy.has_etag = true;
        return copy;
    }
    [[nodiscard]] Endpoint without_database() const {
        auto copy = *this;
        copy.needs_database = false;
        return copy;
    }
    [[nodiscard]] Endpoint fails_with(const std::vector<Errc>& more) const {
        auto copy = *this;
        copy.errors.insert(copy.errors.end(), more.begin(), more.end());
        return copy;
    }

    [[nodiscard]] const EndpointInfo& info() const noexcept { return *this; }
};

namespace detail {
inline Endpoint<None, None, None, None> endpoint(http::Method method, std::string_view path) {
    Endpoint<None, None, None, None> made;
    made.method = method;
    made.path = path;
    return made;
}
}  // namespace detail

inline auto get(std::string_view path) {
    return detail::endpoint(http::Method::get, path);
}
inline auto post(std::string_view path) {
    return detail::endpoint(http::Method::post, path);
}
inline auto put(std::string_view path) {
    return detail::endpoint(http::Method::put, path);
}
inline auto patch(std::string_view path) {
    return detail::endpoint(http::Method::patch, path);
}
inline auto del(std::string_view path) {
    return detail::endpoint(http::Method::del, path);
}

// Every way in which the endpoint can fail, those that follow from its form among them; sorted, each once.
template <class Path, class Query, class Body, class Answer>
std::vector<Errc> all_errors(const Endpoint<Path, Query, Body, Answer>& endpoint);
std::vector<Errc> all_errors(const EndpointInfo& info, bool has_input, bool has_body);

template <class Path, class Query, class Body, class Answer>
std::vector<Errc> all_errors(const Endpoint<Path, Query, Body, Answer>& endpoint) {
    constexpr bool has_body = !std::is_same_v<Body, None>;
    constexpr bool has_input = has_body || !std::is_same_v<Query, None>;
    return all_errors(endpoint.info(), has_input, has_body);
}

}  // namespace roost::contract
