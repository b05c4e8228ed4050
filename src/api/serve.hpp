// Serves an endpoint of the contract with a controller's method, whose types must be the endpoint's:
//
//     serve(router, services, contract::create_message, *this, &MessageController::create);
//
// Who calls, the path, the query and the body are checked before the method sees them.
#pragma once

#include "api/services.hpp"
#include "auth/access_token.hpp"
#include "contract/endpoint.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"
#include "http/router.hpp"
#include "schema/decode.hpp"
#include "schema/encode.hpp"

#include <optional>

namespace roost::api {

// What a method gets.
template <class Path, class Query, class Body>
struct Call {
    Services& services;  // of this core
    const http::Request& request;
    std::optional<auth::Identity> caller;  // always there for endpoints that are only for callers
    Path path;
    Query query;
    Body body;

    // Of an endpoint that is only for callers.
    [[nodiscard]] UserId user() const noexcept { return caller->user; }
    // Nobody for anonymous callers.
    [[nodiscard]] std::optional<UserId> maybe_user() const noexcept {
        return caller ? std::optional(caller->user) : std::nullopt;
    }
    // For the audit log and the count of attempts.
    [[nodiscard]] accounts::Origin origin() const { return {request.peer, request.request_id}; }
};

// What a method gives: the answer, where it differs from the endpoint's the status, and further headers.
template <class Answer>
struct Reply {
    Reply(Answer the_answer) : answer(std::move(the_answer)) {}  // NOLINT: an answer is a reply
    Answer answer;
    std::optional<int> status;
    http::Headers headers;
};

// Nobody without an Authorization header, or where no token is asked for. Fails with unauthorized.
Result<std::optional<auth::Identity>> identify(const Services& services, const http::Request& request,
                                               contract::Access access);
// Fails with unsupported_media_type.
Result<None> check_json_content(const http::Request& request);
// Fails with not_acceptable when an Accept header leaves no JSON (RFC 9110 section 12.5.1).
Result<None> check_accept(const http::Request& request);

namespace detail {

// A path whose parameters are not of their form names nothing.
template <class Path>
Result<Path> decode_path(const http::Params& params, Errc nowhere) {
    Path path{};
    if constexpr (!std::is_same_v<Path, None>) {
        schema::Faults faults;
        schema::for_each_member<Path>([&](auto descriptor) {
            schema::decode_text(params[schema::json_name(descriptor.name)], path.*descriptor.pointer, faults);
        });
        if (!faults.empty()) return Problem(nowhere);
    }
    return path;
}

template <class Query>
Result<Query> decode_query(const http::Request& request) {
    if constexpr (std::is_same_v<Query, None>) {
        return None{};
    } else {
        const auto query = http::Query::parse(request.query);
        if (!query) return query.error();
        return schema::decode_query<Query>(query->pairs());
    }
}

template <class Body>
Result<Body> decode_body(const http::Request& request) {
    if constexpr (std::is_same_v<Body, None>) {
        return None{};
    } else {
        if (auto checked = check_json_content(request); !checked) return checked.error();
        return schema::decode_json<Body>(request.body);
    }
}

template <class E>
using CallOf = Call<typename E::path_type, typename E::query_type, typename E::body_type>;

template <class E, class C>
using MethodOf = Task<Result<Reply<typename E::answer_type>>> (C::*)(CallOf<E>);

// Everything that can be wrong before the method is called.
template <class E>
Result<CallOf<E>> call_of(const E& endpoint, Services& services, const http::Request& request,
                          const http::Params& params) {
    if (auto checked = check_accept(request); !checked) return checked.error();
    auto caller = identify(services, request, endpoint.access);
    if (!caller) return caller.error();
    auto path = decode_path<typename E::path_type>(params, endpoint.nowhere);
    if (!path) return path.error();
    auto query = decode_query<typename E::query_type>(request);
    if (!query) return query.error();
    auto body = decode_body<typename E::body_type>(request);
    if (!body) return body.error();
    return CallOf<E>{services,         request,           std::move(*caller),
                     std::move(*path), std::move(*query), std::move(*body)};
}

template <class E, class C>
Task<http::Response> answer(const E& endpoint, Services& services, C& controller, MethodOf<E, C> method,
                            const http::Request& request, const http::Params& params) {
    auto call = call_of(endpoint, services, request, params);
    if (!call) co_return http::problem(call.error(), request.request_id);
    auto reply = co_await (controller.*method)(std::move(*call));
    if (!reply) co_return http::problem(reply.error(), request.request_id);
    http::Response response;
    response.status = reply->status.value_or(endpoint.outcome.status);
    if constexpr (!std::is_same_v<typename E::answer_type, None>)
        response = http::json(response.status, schema::to_json(reply->answer));
    for (const auto& header : reply->headers) response.headers.add(header.name, header.value);
    co_return response;
}

}  // namespace detail

// Endpoint, controller and services outlive the router.
template <class Path, class Query, class Body, class Answer, class C>
void serve(http::Router& router, net::PerCore<Services>& services,
           const contract::Endpoint<Path, Query, Body, Answer>& endpoint, C& controller,
           Task<Result<Reply<Answer>>> (C::*method)(Call<Path, Query, Body>)) {
    using E = contract::Endpoint<Path, Query, Body, Answer>;
    router.add(endpoint.method, endpoint.path,
               [&services, &endpoint, &controller, method](const http::Request& request,
                                                           const http::Params& params) {
                   return detail::answer<E, C>(endpoint, services.here(), controller, method, request,
                                               params);
               });
}

}  // namespace roost::api
