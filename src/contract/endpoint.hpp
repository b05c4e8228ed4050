// An endpoint as a value: what it takes, what it gives, who may call it, how it can fail.
//
//     inline const auto create_message = post("/api/messages")
//         .summary("Post a message to a room")
//         .only_for_callers()
//         .takes<NewMessage>().gives<MessageEnvelope>(201)
//         .fails_with({Errc::room_not_found});
//
// From this one value come the routing, the decoding and its checks, and the types that a handler must have
// (api/serve.hpp).
#pragma once

#include "core/problem.hpp"
#include "core/result.hpp"
#include "http/message.hpp"

#include <string_view>
#include <vector>

namespace roost::contract {

enum class Access {
    anyone,   // a token is not needed, but a bad one is refused
    callers,  // with a valid access token
};

template <class Query, class Body, class Answer>
struct Endpoint {
    using query_type = Query;
    using body_type = Body;
    using answer_type = Answer;

    http::Method method = http::Method::get;
    std::string_view path;
    std::string_view summary_text;
    Access access = Access::anyone;
    int status = 200;
    std::vector<Errc> errors;

    [[nodiscard]] Endpoint summary(std::string_view text) const {
        auto copy = *this;
        copy.summary_text = text;
        return copy;
    }
    [[nodiscard]] Endpoint only_for_callers() const {
        auto copy = *this;
        copy.access = Access::callers;
        copy.errors.push_back(Errc::unauthorized);
        return copy;
    }
    // Parameters of the query string.
    template <class T>
    [[nodiscard]] Endpoint<T, Body, Answer> query() const {
        return {method, path, summary_text, access, status, with(Errc::invalid_input)};
    }
    // A JSON body.
    template <class T>
    [[nodiscard]] Endpoint<Query, T, Answer> takes() const {
        return {method, path, summary_text, access, status, with(Errc::invalid_input)};
    }
    template <class T>
    [[nodiscard]] Endpoint<Query, Body, T> gives(int with_status = 200) const {
        return {method, path, summary_text, access, with_status, errors};
    }
    [[nodiscard]] Endpoint fails_with(const std::vector<Errc>& more) const {
        auto copy = *this;
        copy.errors.insert(copy.errors.end(), more.begin(), more.end());
        return copy;
    }

    [[nodiscard]] std::vector<Errc> with(Errc errc) const {
        auto all = errors;
        all.push_back(errc);
        return all;
    }
};

inline Endpoint<None, None, None> get(std::string_view path) {
    return {.method = http::Method::get,
            .path = path,
            .summary_text = {},
            .access = {},
            .status = 200,
            .errors = {}};
}

inline Endpoint<None, None, None> post(std::string_view path) {
    return {.method = http::Method::post,
            .path = path,
            .summary_text = {},
            .access = {},
            .status = 200,
            .errors = {}};
}

}  // namespace roost::contract
