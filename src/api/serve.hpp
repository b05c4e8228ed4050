// Serves an endpoint of the contract with a controller's method, whose types must be the endpoint's:
//
//     serve(router, services, contract::create_message, *this, &MessageController::create);
//
// Who calls, the query and the body are checked before the method sees them.
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
template <class Query, class Body>
struct Call {
    Services& services;  // of this core
    const http::Request& request;
    std::optional<auth::Identity> caller;  // always there for endpoints that are only for callers
    Query query;
    Body body;
};

// What a method gives: the answer, where it differs from the endpoint's the status, and further headers.
template <class Answer>
struct Reply {
    Reply(Answer the_answer) : answer(std::move(the_answer)) {}  // NOLINT: an answer is a reply
    Answer answer;
    std::optional<int> status;
    http::Headers headers;
};

// Nobody without an Authorization header. Fails with unauthorized.
Result<std::optional<auth::Identity>> identify(const Services& services, const http::Request& request,
                                               contract::Access access);
// Fails with unsupported_media_type.
Result<None> check_json_content(const http::Request& request);

namespace detail {

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

template <class E, class C>
using MethodOf =
    Task<Result<Reply<typename E::answer_type>>> (C::*)(Call<typename E::query_type, typename E::body_type>);

template <class E, class C>
Task<http::Response> answer(const E& endpoint, Services& services, C& controller, MethodOf<E, C> method,
                            const http::Request& request) {
    auto caller = identify(services, request, endpoint.access);
    if (!caller) co_return http::problem(caller.error(), request.request_id);
    auto query = decode_query<typename E::query_type>(request);
    if (!query) co_return http::problem(query.error(), request.request_id);
    auto body = decode_body<typename E::body_type>(request);
    if (!body) co_return http::problem(body.error(), request.request_id);

    Call<typename E::query_type, typename E::body_type> call{services, request, std::move(*caller),
                                                             std::move(*query), std::move(*body)};
    auto reply = co_await (controller.*method)(std::move(call));
    if (!reply) co_return http::problem(reply.error(), request.request_id);
    auto response = http::json(reply->status.value_or(endpoint.status), schema::to_json(reply->answer));
    for (const auto& header : reply->headers) response.headers.add(header.name, header.value);
    co_return response;
}

}  // namespace detail

// Endpoint, controller and services outlive the router.
template <class Query, class Body, class Answer, class C>
void serve(http::Router& router, net::PerCore<Services>& services,
           const contract::Endpoint<Query, Body, Answer>& endpoint, C& controller,
           Task<Result<Reply<Answer>>> (C::*method)(Call<Query, Body>)) {
    using E = contract::Endpoint<Query, Body, Answer>;
    router.add(
        endpoint.method, endpoint.path,
        [&services, &endpoint, &controller, method](const http::Request& request, const http::Params&) {
            return detail::answer<E, C>(endpoint, services.here(), controller, method, request);
        });
}

}  // namespace roost::api
