#include "api/message_controller.hpp"

#include "http/etag.hpp"

#include <fmt/format.h>

namespace roost::api {
namespace {

// Keyset pages: the neighbours of this one (RFC 8288).
std::string links(const messages::History& page, const contract::MessagePageQuery& query) {
    const auto link = [&](std::string_view edge, Seq seq, std::string_view relation) {
        return fmt::format(R"(</api/messages?room={}&limit={}&{}={}>; rel="{}")", query.room.str(),
                           query.limit.value(), edge, seq, relation);
    };
    std::string header;
    if (page.first > 1) header = link("before", page.first, "prev");
    // Behind the latest page there is nothing yet, nor behind one that is not full.
    const bool is_latest = !query.before && !query.after;
    const bool is_last = query.after && page.count < static_cast<std::size_t>(query.limit.value());
    if (page.last > 0 && page.last < page.seq && !is_latest && !is_last) {
        if (!header.empty()) header += ", ";
        header += link("after", page.last, "next");
    }
    return header;
}

// Every change of a room moves its counter. Weak: another version of this program may write the same page in
// other bytes.
std::string etag_of(const messages::History& page) {
    return fmt::format(R"(W/"{}-{}")", page.room.value(), page.seq);
}

// The body's id wins over the header's. Fails with invalid_input.
Result<std::optional<messages::ClientId>> client_id_of(const Call<None, None, contract::NewMessage>& call) {
    if (call.body.client_id) return call.body.client_id;
    const auto header = call.request.headers.find("Idempotency-Key");
    if (!header) return std::optional<messages::ClientId>{};
    messages::ClientId id;
    if (auto fault = messages::ClientId::parse(std::string(*header), id))
        return Problem::at("/client_id", fault->code, std::move(fault->detail));
    return std::optional(std::move(id));
}

Result<Reply<contract::MessageEnvelope>> enveloped(Result<messages::Message> message) {
    if (!message) return message.error();
    return Reply(contract::MessageEnvelope{contract::EncodedMessage::of(*message)});
}

}  // namespace

void MessageController::mount(http::Router& router, net::PerCore<Services>& services) {
    serve(router, services, contract::list_messages, *this, &MessageController::list);
    serve(router, services, contract::create_message, *this, &MessageController::create);
    serve(router, services, contract::show_message, *this, &MessageController::show);
    serve(router, services, contract::edit_message, *this, &MessageController::edit);
    serve(router, services, contract::delete_message, *this, &MessageController::remove);
}

Task<Result<Reply<contract::MessagePage>>> MessageController::list(
    Call<None, contract::MessagePageQuery, None> call) {
    const auto& query = call.query;
    if (query.before && query.after)
        co_return Problem::at("/after", "conflict", "must not be given together with before");
    messages::PageBounds bounds;
    bounds.limit = query.limit.value();
    if (query.before) bounds.before = query.before->value();
    if (query.after) bounds.after = query.after->value();

    auto page = co_await call.services.messages.history(call.maybe_user(), query.room, bounds);
    if (!page) co_return page.error();
    Reply reply(contract::MessagePage{page->messages, query.room, page->seq});
    const auto etag = etag_of(*page);
    reply.headers.add("ETag", etag);
    reply.headers.add("Cache-Control", "private, no-cache");
    if (const auto header = links(*page, query); !header.empty()) reply.headers.add("Link", header);
    if (http::has_already(call.request.headers, etag)) reply.status = contract::not_modified.status;
    co_return reply;
}

MessageController::MessageReply MessageController::create(Call<None, None, contract::NewMessage> call) {
    auto client_id = client_id_of(call);
    if (!client_id) co_return client_id.error();
    messages::Draft draft{.room = std::move(call.body.room),
                          .content = std::move(call.body.content),
                          .metadata = std::move(call.body.metadata),
                          .client_id = std::move(*client_id)};
    auto posted = co_await call.services.messages.post(call.user(), std::move(draft));
    if (!posted) co_return posted.error();
    Reply reply(contract::MessageEnvelope{posted->encoded()});
    if (!posted->is_new) reply.status = contract::create_message.other->status;
    co_return reply;
}

MessageController::MessageReply MessageController::show(Call<contract::MessagePath, None, None> call) {
    co_return enveloped(co_await call.services.messages.find(call.maybe_user(), call.path.id));
}

MessageController::MessageReply MessageController::edit(
    Call<contract::MessagePath, None, contract::Revision> call) {
    co_return enveloped(
        co_await call.services.messages.edit(call.user(), call.path.id, std::move(call.body.content)));
}

Task<Result<Reply<None>>> MessageController::remove(Call<contract::MessagePath, None, None> call) {
    const auto tombstone = co_await call.services.messages.remove(call.user(), call.path.id);
    if (!tombstone) co_return tombstone.error();
    co_return Reply(None());
}

}  // namespace roost::api
