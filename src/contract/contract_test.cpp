#include "contract/asyncapi.hpp"
#include "contract/openapi.hpp"
#include "contract/operations.hpp"
#include "contract/topics.hpp"
#include "schema/decode.hpp"
#include "schema/json_schema.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace roost::contract {
namespace {

// The struct itself and all that it holds.
template <class T>
void check_documented() {
    if constexpr (schema::is_optional<T> || schema::detail::is_list<T>) {
        check_documented<typename T::value_type>();
    } else if constexpr (schema::Described<T>) {
        CAPTURE(schema::type_name<T>());
        CHECK(schema::is_fully_documented<T>());
        CHECK(schema::example_of<T>().find("null") == std::string::npos);
        schema::for_each_member<T>([](auto descriptor) {
            check_documented<std::remove_cvref_t<decltype(std::declval<T&>().*descriptor.pointer)>>();
        });
    }
}

// What a client may send as its documentation shows is accepted.
template <class T>
void check_example_is_accepted() {
    if constexpr (schema::Described<T>) {
        CAPTURE(schema::type_name<T>());
        CHECK(schema::decode_json<T>(schema::example_of<T>()).has_value());
    }
}

template <class T>
std::set<std::string> names_of_members() {
    std::set<std::string> names;
    if constexpr (schema::Described<T>)
        schema::for_each_member<T>(
            [&](auto descriptor) { names.emplace(schema::json_name(descriptor.name)); });
    return names;
}

std::set<std::string> parameters_in(std::string_view path) {
    std::set<std::string> names;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1))
        names.emplace(path.substr(open + 1, path.find('}', open) - open - 1));
    return names;
}

}  // namespace

TEST_CASE("every struct of the contract says what its members are, and shows an example") {
    for_each_endpoint([]<class P, class Q, class B, class A>(const Endpoint<P, Q, B, A>& endpoint) {
        CAPTURE(endpoint.name);
        check_documented<P>();
        check_documented<Q>();
        check_documented<B>();
        check_documented<A>();
        check_example_is_accepted<B>();
    });
    const auto check = []<class Event>(const Event& event) {
        CAPTURE(event.name);
        CHECK_FALSE(event.summary.empty());
        if constexpr (requires { typename Event::in_type; }) {
            check_documented<typename Event::in_type>();
            check_documented<typename Event::reply_type>();
            check_example_is_accepted<typename Event::in_type>();
        } else {
            check_documented<typename Event::out_type>();
        }
    };
    for_each_messages_event(check);
    for_each_room_event(check);
}

TEST_CASE("every endpoint has a name of its own, a summary, and the parameters that its path names") {
    std::set<std::string_view> names;
    std::set<std::pair<std::string_view, http::Method>> places;
    for_each_endpoint([&]<class P, class Q, class B, class A>(const Endpoint<P, Q, B, A>& endpoint) {
        CAPTURE(endpoint.name);
        CHECK_FALSE(endpoint.name.empty());
        CHECK(names.insert(endpoint.name).second);
        CHECK(places.emplace(endpoint.path, endpoint.method).second);
        CHECK_FALSE(endpoint.summary.empty());
        CHECK_FALSE(endpoint.tag.empty());
        CHECK_FALSE(endpoint.outcome.text.empty());
        CHECK(parameters_in(endpoint.path) == names_of_members<P>());
        CHECK((std::is_same_v<A, None> == (endpoint.outcome.status == 204)));
    });
    CHECK(names.size() > 30);
}

TEST_CASE("an endpoint's failures are its own and those of its form") {
    const auto has = [](const std::vector<Errc>& errors, Errc errc) {
        return std::ranges::count(errors, errc) == 1;
    };
    const auto create = all_errors(create_message);
    for (const auto errc :
         {Errc::unauthorized, Errc::room_not_found, Errc::malformed_json, Errc::invalid_input,
          Errc::unsupported_media_type, Errc::body_too_large, Errc::unavailable})
        CHECK(has(create, errc));
    const auto list = all_errors(list_messages);
    CHECK(has(list, Errc::unauthorized));
    CHECK(has(list, Errc::invalid_input));
    CHECK_FALSE(has(list, Errc::malformed_json));
    const auto alive = all_errors(health);
    CHECK_FALSE(has(alive, Errc::unauthorized));
    CHECK_FALSE(has(alive, Errc::unavailable));
}

TEST_CASE("the documents are JSON and name every endpoint and event") {
    const auto openapi = openapi_json();
    REQUIRE(schema::parse_json(openapi).has_value());
    for_each_endpoint([&](const auto& endpoint) {
        CHECK(openapi.find('"' + std::string(endpoint.path) + "\":{") != std::string::npos);
        CHECK(openapi.find("\"operationId\":\"" + std::string(endpoint.name) + '"') != std::string::npos);
    });
    const auto asyncapi = asyncapi_json();
    REQUIRE(schema::parse_json(asyncapi).has_value());
    const auto check = [&](const auto& event) {
        CHECK(asyncapi.find("\"name\":\"" + std::string(event.name) + '"') != std::string::npos);
    };
    for_each_messages_event(check);
    for_each_room_event(check);
}

}  // namespace roost::contract
