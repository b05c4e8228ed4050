// What a channel class answers to, said once:
//
//     channel<RoomChannel>("room:*", make)
//         .join(contract::join_room, &RoomChannel::join)
//         .handle_in(contract::shout, &RoomChannel::shout)
//
// A handler takes the event's payload, decoded and checked, and gives a Result of what the event replies; one
// whose types are not the event's does not compile.
#pragma once

#include "channels/channel.hpp"
#include "channels/event.hpp"
#include "schema/decode.hpp"

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::channels {

class Definition {
public:
    // Gives the reply.
    using Call = std::function<Task<Result<Payload>>(Channel&, std::string payload)>;
    using Make = std::function<boost::intrusive_ptr<Channel>()>;

    // `pattern`: a topic, or one that ends in `*` (protocol.md 63).
    Definition(std::string pattern, Make make) : pattern_(std::move(pattern)), make_(std::move(make)) {}

    [[nodiscard]] bool matches(std::string_view topic) const noexcept;
    [[nodiscard]] boost::intrusive_ptr<Channel> make() const { return make_(); }
    [[nodiscard]] const Call& join() const noexcept { return join_; }
    // Fails with not_found for an event that the channel does not know, with unsupported_media_type for one
    // whose payload it takes in the other form only.
    [[nodiscard]] Result<const Call*> handler(std::string_view event, bool is_binary) const noexcept;

protected:
    struct Handler {
        std::string_view event;
        bool is_binary;
        Call call;
    };

    std::string pattern_;
    Make make_;
    Call join_;
    std::vector<Handler> handlers_;
};

namespace detail {

template <class In>
Result<In> decode_payload(std::string payload, schema::Unknown unknown) {
    if constexpr (std::is_same_v<In, Bytes>) return Bytes{std::move(payload)};
    else return schema::decode_json<In>(payload, unknown);
}

template <class C, class In, class Reply>
Task<Result<Payload>> call(C& channel, Task<Result<Reply>> (C::*method)(In), std::string payload,
                           schema::Unknown unknown) {
    auto in = decode_payload<In>(std::move(payload), unknown);
    if (!in) co_return in.error();
    auto reply = co_await (channel.*method)(std::move(*in));
    if (!reply) co_return reply.error();
    co_return to_payload(std::move(*reply));
}

}  // namespace detail

template <class C>
class TypedDefinition : public Definition {
public:
    using Definition::Definition;

    // Members that the join payload has beyond In are ignored.
    template <class In, class Reply>
    TypedDefinition& join(const EventIn<In, Reply>& /*event*/, Task<Result<Reply>> (C::*method)(In)) {
        join_ = [method](Channel& channel, std::string payload) {
            return detail::call(static_cast<C&>(channel), method, std::move(payload),
                                schema::Unknown::ignored);
        };
        return *this;
    }
    // An event may have two: one for JSON, one for Bytes. The method may be one of a class that C derives
    // from.
    template <class In, class Reply, class Base>
        requires std::derived_from<C, Base>
    TypedDefinition& handle_in(const EventIn<In, Reply>& event, Task<Result<Reply>> (Base::*method)(In)) {
        auto call = [method](Channel& channel, std::string payload) {
            return detail::call(static_cast<Base&>(static_cast<C&>(channel)), method, std::move(payload),
                                schema::Unknown::refused);
        };
        handlers_.push_back({event.name, std::is_same_v<In, Bytes>, std::move(call)});
        return *this;
    }
};

template <class C>
TypedDefinition<C> channel(std::string pattern, Definition::Make make) {
    return {std::move(pattern), std::move(make)};
}

// A socket's channels, in the order of their declaration: the first that matches serves.
class Definitions {
public:
    void add(Definition definition) { list_.push_back(std::move(definition)); }
    [[nodiscard]] const Definition* match(std::string_view topic) const noexcept;

private:
    std::vector<Definition> list_;
};

}  // namespace roost::channels
