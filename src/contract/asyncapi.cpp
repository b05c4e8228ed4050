#include "contract/asyncapi.hpp"

#include "contract/problem_schema.hpp"
#include "contract/topics.hpp"
#include "schema/json_schema.hpp"

#include <fmt/format.h>

#include <string>

namespace roost::contract {
namespace {

using channels::EventIn;
using channels::EventOut;
using schema::Direction;
using schema::JsonWriter;
using schema::Schemas;

constexpr std::string_view description =
    "The channels of Roost, for any client of Phoenix Channels (protocol versions 1.0.0 and 2.0.0). A frame "
    "of 2.0.0 is `[join_ref, ref, topic, event, payload]`; the payloads are described here. A payload of "
    "bytes travels in a binary frame, which 1.0.0 does not have. An event from a client is "
    "answered with `phx_reply {status, response}` under its `ref`: status `ok` with what is described as the "
    "reply, or `error` with a `reason`. A topic may bear the prefix `realtime:`, which is kept in what "
    "answers it. Connect to `/socket/websocket?vsn=2.0.0&token=<access token>`.";

template <class T>
constexpr bool is_bytes = std::is_same_v<T, channels::Bytes>;

// An event's name may stand for a message of each direction, and for one with bytes.
template <class T>
std::string keyed(std::string_view event, std::string_view ending) {
    return fmt::format("{}{}{}", event, is_bytes<T> ? "_binary" : "", ending);
}

// Writes the messages and operations of one topic.
class TopicWriter {
public:
    TopicWriter(const Topic& topic, Schemas& schemas, JsonWriter& operations)
        : topic_(topic), schemas_(schemas), operations_(operations) {
        messages_.open_object();
    }

    template <class In, class Reply>
    void operator()(const EventIn<In, Reply>& event) {
        const auto key = keyed<In>(event.name, "_in");
        const auto ok_key = keyed<In>(event.name, "_ok");
        message<In>(key, event.name, event.summary, Direction::in);
        reply<Reply>(ok_key, event.name);
        operation("receive", key, event.summary);
        operations_.key("reply").open_object().key("channel").raw(channel_reference());
        operations_.key("messages").open_array();
        operations_.raw(message_reference(ok_key));
        operations_.raw(message_reference("error"));
        operations_.close_array().close_object().close_object();
    }
    template <class Out>
    void operator()(const EventOut<Out>& event) {
        const auto key = keyed<Out>(event.name, "_out");
        message<Out>(key, event.name, event.summary, Direction::out);
        operation("send", key, event.summary);
        operations_.close_object();
    }

    void write(JsonWriter& channels) && {
        messages_.key("error").open_object().member("name", "phx_reply").member("title", "error");
        messages_.member("summary", "The event was refused").key("payload");
        messages_.raw(
            R"({"type":"object","required":["status","response"],"properties":{"status":{"const":"error"},)"
            R"("response":{"$ref":"#/components/schemas/ErrorResponse"}}})");
        messages_.close_object().close_object();
        channels.key(topic_.name)
            .open_object()
            .member("address", topic_.address)
            .member("title", topic_.summary);
        channels.member("description", topic_.description);
        channels.key("parameters").raw(R"({"slug":{"description":"The room's slug.","examples":["lobby"]}})");
        channels.key("messages").raw(messages_.str()).close_object();
    }

private:
    template <class T>
    void message(const std::string& key, std::string_view name, std::string_view summary,
                 Direction direction) {
        messages_.key(key)
            .open_object()
            .member("name", name)
            .member("title", name)
            .member("summary", summary);
        if constexpr (is_bytes<T>) {
            messages_.member("contentType", "application/octet-stream").close_object();
            return;
        } else {
            payload<T>(direction);
        }
    }

    template <class T>
    void payload(Direction direction) {
        messages_.key("payload").open_object();
        schemas_.write_type<T>(messages_, direction);
        messages_.close_object();
        messages_.key("examples").open_array().open_object().key("payload").raw(schema::example_of<T>());
        messages_.close_object().close_array().close_object();
    }

    template <class Reply>
    void reply(const std::string& key, std::string_view event) {
        messages_.key(key).open_object().member("name", "phx_reply");
        messages_.member("title", fmt::format("{}: ok", event)).member("summary", "The event was handled");
        if constexpr (is_bytes<Reply>)
            messages_.member("contentType", "application/octet-stream").close_object();
        else json_reply<Reply>();
    }

    template <class Reply>
    void json_reply() {
        messages_.key("payload").open_object().member("type", "object");
        messages_.key("required").raw(R"(["status","response"])").key("properties").open_object();
        messages_.key("status").raw(R"({"const":"ok"})").key("response").open_object();
        if constexpr (std::is_same_v<Reply, None>) messages_.member("type", "object");
        else schemas_.write_type<Reply>(messages_, Direction::out);
        messages_.close_object().close_object().close_object().close_object();
    }

    void operation(std::string_view action, std::string_view message, std::string_view summary) {
        operations_.key(fmt::format("{}_{}", topic_.name, message)).open_object().member("action", action);
        operations_.key("channel").raw(channel_reference()).member("summary", summary);
        operations_.key("messages").open_array().raw(message_reference(message)).close_array();
    }

    [[nodiscard]] std::string channel_reference() const {
        return fmt::format(R"({{"$ref":"#/channels/{}"}})", topic_.name);
    }
    [[nodiscard]] std::string message_reference(std::string_view message) const {
        return fmt::format(R"({{"$ref":"#/channels/{}/messages/{}"}})", topic_.name, message);
    }

    const Topic& topic_;
    Schemas& schemas_;
    JsonWriter& operations_;
    JsonWriter messages_;
};

void write_head(JsonWriter& out) {
    out.member("asyncapi", "3.0.0");
    out.key("info").open_object().member("title", "Roost channels").member("version", ROOST_VERSION);
    out.member("description", description).close_object();
    out.member("defaultContentType", "application/json");
    out.key("servers").raw(
        R"({"api":{"host":"localhost:4000","pathname":"/socket/websocket","protocol":"ws",)"
        R"("description":"The API; the gateway passes the same path on."}})");
}

}  // namespace

std::string asyncapi_json() {
    Schemas schemas;
    add_error_response_schema(schemas);
    JsonWriter channels, operations;
    channels.open_object();
    operations.open_object();
    TopicWriter messages(messages_topic, schemas, operations);
    for_each_messages_event([&](const auto& event) { messages(event); });
    std::move(messages).write(channels);
    TopicWriter room(room_topic, schemas, operations);
    for_each_room_event([&](const auto& event) { room(event); });
    std::move(room).write(channels);
    JsonWriter out;
    out.open_object();
    write_head(out);
    out.key("channels").raw(channels.close_object().str());
    out.key("operations").raw(operations.close_object().str());
    out.key("components").open_object().key("schemas").open_object();
    for (const auto& [name, text] : schemas.components()) out.key(name).raw(text);
    out.close_object().close_object();
    return std::move(out.close_object()).str();
}

}  // namespace roost::contract
