#include "contract/openapi.hpp"

#include "contract/operations.hpp"
#include "contract/problem_schema.hpp"
#include "schema/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace roost::contract {
namespace {

using schema::Direction;
using schema::JsonWriter;
using schema::Schemas;

constexpr std::string_view description =
    "Roost is a real-time messaging backend. A room is a durable, ordered log: a message is stored, then "
    "broadcast, then acknowledged. The same paths answer on the gateway and on the API. The channels are "
    "described in /asyncapi.json.\n\n"
    "Errors are problem documents (RFC 9457) with a `code` for programs. Every answer bears `X-Request-Id`; "
    "a "
    "request's own is kept. HEAD answers wherever GET does.";

std::string method_name(http::Method method) {
    std::string name(http::name_of(method));
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    return name;
}

template <class T>
void write_parameters(JsonWriter& out, Schemas& schemas, std::string_view place) {
    const T absent{};
    schema::for_each_member<T>([&](auto descriptor) {
        const auto name = schema::json_name(descriptor.name);
        const auto doc = schema::doc_of<T>(name);
        const auto& value = absent.*descriptor.pointer;
        out.open_object().member("name", name).member("in", place);
        const bool is_required = place == "path" || schema::detail::is_required(value);
        out.key("required").boolean(is_required).member("description", doc.description);
        out.key("schema");
        schemas.write_member(out, Direction::in, {}, value);
        if (place == "path") out.key("example").raw(doc.example);
        out.close_object();
    });
}

void write_idempotency_key(JsonWriter& out, Schemas& schemas) {
    out.open_object().member("name", "Idempotency-Key").member("in", "header").key("required").boolean(false);
    out.member("description", "A client_id for clients that cannot put one into the body; the body's wins.");
    out.key("schema");
    schemas.write_member(out, Direction::in, {}, messages::ClientId());
    out.close_object();
}

void write_if_none_match(JsonWriter& out) {
    out.open_object().member("name", "If-None-Match").member("in", "header").key("required").boolean(false);
    out.member("description", "The ETag of the answer that the client has.");
    out.key("schema").raw(R"({"type":"string"})").close_object();
}

template <class T>
void write_content(JsonWriter& out, Schemas& schemas, Direction direction) {
    out.key("content").open_object().key("application/json").open_object();
    out.key("schema").open_object();
    schemas.write_type<T>(out, direction);
    out.close_object();
    out.key("example").raw(schema::example_of<T>());
    out.close_object().close_object();
}

void write_problems(JsonWriter& out, const std::vector<Errc>& errors) {
    out.key("application/problem+json").open_object();
    out.key("schema").open_object().member("$ref", "#/components/schemas/Problem").close_object();
    out.key("examples").open_object();
    for (const auto errc : errors)
        out.key(kind_of(errc).code).open_object().key("value").raw(example_problem(errc)).close_object();
    out.close_object().close_object();
}

void write_headers(JsonWriter& out, bool has_etag = false) {
    out.key("headers").open_object();
    for (const std::string_view name : {"X-Request-Id", "ETag"}) {
        if (name == "ETag" && !has_etag) continue;
        out.key(name)
            .open_object()
            .member("$ref", fmt::format("#/components/headers/{}", name))
            .close_object();
    }
    out.close_object();
}

std::string titles_of(const std::vector<Errc>& errors) {
    std::string titles;
    for (const auto errc : errors)
        titles += fmt::format("{}{}", titles.empty() ? "" : "; ", kind_of(errc).title);
    return titles + '.';
}

// One answer of an operation: a success, problems, or both.
template <class Answer>
void write_answer(JsonWriter& out, Schemas& schemas, int status, const Outcome* success, bool has_etag,
                  const std::vector<Errc>& errors) {
    out.key(fmt::to_string(status)).open_object();
    out.member("description", success != nullptr ? std::string(success->text) : titles_of(errors));
    write_headers(out, success != nullptr && has_etag);
    const bool has_body =
        success != nullptr && !std::is_same_v<Answer, None> && status != not_modified.status;
    if (has_body || !errors.empty()) {
        out.key("content").open_object();
        if constexpr (!std::is_same_v<Answer, None>)
            if (has_body) {
                out.key("application/json").open_object().key("schema").open_object();
                schemas.write_type<Answer>(out, Direction::out);
                out.close_object().key("example").raw(schema::example_of<Answer>()).close_object();
            }
        if (!errors.empty()) write_problems(out, errors);
        out.close_object();
    }
    out.close_object();
}

template <class Answer>
void write_answers(JsonWriter& out, Schemas& schemas, const EndpointInfo& info,
                   const std::vector<Errc>& errors) {
    std::map<int, const Outcome*> successes{{info.outcome.status, &info.outcome}};
    if (info.other) successes.emplace(info.other->status, &*info.other);
    if (info.has_etag) successes.emplace(not_modified.status, &not_modified);
    std::map<int, std::vector<Errc>> by_status;
    for (const auto& [status, outcome] : successes) by_status[status];
    for (const auto errc : errors) by_status[kind_of(errc).status].push_back(errc);
    out.key("responses").open_object();
    for (const auto& [status, problems] : by_status) {
        const auto success = successes.find(status);
        write_answer<Answer>(out, schemas, status, success == successes.end() ? nullptr : success->second,
                             info.has_etag, problems);
    }
    out.key("default").open_object().member("$ref", "#/components/responses/Refusal").close_object();
    out.close_object();
}

void write_security(JsonWriter& out, Access access) {
    out.key("security").open_array();
    if (access == Access::optional) out.raw("{}");
    if (access != Access::open) out.raw(R"({"access_token":[]})");
    out.close_array();
}

template <class Path, class Query, class Body, class Answer>
std::string operation(const Endpoint<Path, Query, Body, Answer>& endpoint, Schemas& schemas) {
    JsonWriter out;
    out.open_object().member("operationId", endpoint.name);
    out.key("tags").open_array().string(endpoint.tag).close_array();
    out.member("summary", endpoint.summary);
    if (!endpoint.description.empty()) out.member("description", endpoint.description);
    write_security(out, endpoint.access);
    out.key("parameters").open_array();
    if constexpr (!std::is_same_v<Path, None>) write_parameters<Path>(out, schemas, "path");
    if constexpr (!std::is_same_v<Query, None>) write_parameters<Query>(out, schemas, "query");
    if (endpoint.has_idempotency_key) write_idempotency_key(out, schemas);
    if (endpoint.has_etag) write_if_none_match(out);
    out.close_array();
    if constexpr (!std::is_same_v<Body, None>) {
        out.key("requestBody").open_object().key("required").boolean(true);
        write_content<Body>(out, schemas, Direction::in);
        out.close_object();
    }
    write_answers<Answer>(out, schemas, endpoint.info(), all_errors(endpoint));
    return std::move(out.close_object()).str();
}

// Paths in the order in which they first occur.
class Paths {
public:
    void add(std::string_view path, std::string method, std::string operation) {
        auto found = std::ranges::find(list_, path, &Path::path);
        if (found == list_.end()) found = list_.insert(list_.end(), Path{path, {}});
        found->operations.emplace_back(std::move(method), std::move(operation));
    }
    void write(JsonWriter& out) const {
        out.key("paths").open_object();
        for (const auto& [path, operations] : list_) {
            out.key(path).open_object();
            for (const auto& [method, operation] : operations) out.key(method).raw(operation);
            out.close_object();
        }
        out.close_object();
    }

private:
    struct Path {
        std::string_view path;
        std::vector<std::pair<std::string, std::string>> operations;
    };
    std::vector<Path> list_;
};

void write_head(JsonWriter& out) {
    out.member("openapi", "3.1.0");
    out.key("info").open_object().member("title", "Roost").member("version", ROOST_VERSION);
    out.member("summary", "Rooms as durable, ordered logs").member("description", description).close_object();
    out.key("servers").raw(R"([{"url":"/","description":"This server"}])");
    constexpr std::pair<std::string_view, std::string_view> tags[] = {
        {"Sessions", "Registering, logging in, renewing tokens, logging out"},
        {"Users", "Accounts"},
        {"Messages", "The logs of rooms"},
        {"Rooms", "Rooms, their members and read marks"},
        {"Health", "For load balancers and people"},
        {"Documents", "What this server says about itself"}};
    out.key("tags").open_array();
    for (const auto& [name, text] : tags)
        out.open_object().member("name", name).member("description", text).close_object();
    out.close_array();
}

void write_components(JsonWriter& out, const Schemas& schemas) {
    out.key("components").open_object();
    out.key("securitySchemes").open_object().key("access_token").open_object();
    out.member("type", "http").member("scheme", "bearer").member("bearerFormat", "JWT");
    out.member("description", "The `token` that registering, logging in and refreshing give.");
    out.close_object().close_object();
    out.key("headers").open_object().key("X-Request-Id").open_object();
    out.member("description", "Finds the request in the logs.").key("schema").raw(R"({"type":"string"})");
    out.close_object().key("ETag").open_object();
    out.member("description", "Changes with what the answer says.").key("schema").raw(R"({"type":"string"})");
    out.close_object().close_object();
    out.key("responses").open_object().key("Refusal").open_object();
    out.member("description", "What is no acceptable HTTP request is refused before it gets to an endpoint.");
    write_headers(out);
    out.key("content")
        .open_object()
        .key("application/problem+json")
        .open_object()
        .key("schema")
        .open_object();
    out.member("$ref", "#/components/schemas/Problem").close_object().close_object().close_object();
    out.close_object().close_object();
    out.key("schemas").open_object();
    for (const auto& [name, text] : schemas.components()) out.key(name).raw(text);
    out.close_object().close_object();
}

}  // namespace

std::string openapi_json() {
    Schemas schemas;
    add_problem_schemas(schemas);
    Paths paths;
    for_each_endpoint([&](const auto& endpoint) {
        paths.add(endpoint.path, method_name(endpoint.method), operation(endpoint, schemas));
    });
    JsonWriter out;
    out.open_object();
    write_head(out);
    paths.write(out);
    write_components(out, schemas);
    return std::move(out.close_object()).str();
}

}  // namespace roost::contract
