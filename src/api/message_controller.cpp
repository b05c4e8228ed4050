#include "api/message_controller.hpp"

#include <fmt/format.h>

namespace roost::api {
namespace {

// Keyset pages: the neighbours of this one (RFC 8288).
std::string links(const contract::MessagePage& page, const contract::MessagePageQuery& query) {
    const auto link = [&](std::string_view edge, Seq seq, std::string_view relation) {
        return fmt::format(R"(</api/messages?room={}&limit={}&{}={}>; rel="{}")", page.room.str(),
                           query.limit.value(), edge, seq, relation);
    };
    std::string header;
    if (page.messages.front().seq > 1) header = link("before", page.messages.front().seq, "prev");
    if (page.messages.back().seq < page.seq) {
        if (!header.empty()) header += ", ";
        header += link("after", page.messages.back().seq, "next");
    }
    return header;
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
    return Reply(contract::MessageEnvelope{std::move(*message)});
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

    auto page = co_await call.services.messages.page(call.maybe_user(), query.room, bounds);
    if (!page) co_return page.error();
    Reply reply(contract::MessagePage{std::move(page->messages), query.room, page->seq});
    if (!reply.answer.messages.empty())
        if (const auto header = links(reply.answer, query); !header.empty())
            reply.headers.add("Link", header);
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
    Reply reply(contract::MessageEnvelope{std::move(posted->message)});
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
