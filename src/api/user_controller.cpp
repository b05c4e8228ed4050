#include "api/user_controller.hpp"

#include "api/page_link.hpp"
#include "core/log.hpp"

#include <fmt/format.h>

namespace roost::api {
namespace {

using contract::UserEnvelope;

Result<Reply<UserEnvelope>> enveloped(Result<accounts::User> user) {
    if (!user) return user.error();
    return Reply(UserEnvelope{std::move(*user)});
}

accounts::AccountChange change_of(contract::UserChange body) {
    return {.name = std::move(body.name),
            .email = std::move(body.email),
            .password = std::move(body.password),
            .current_password = std::move(body.current_password)};
}

// The account first, with all its sessions. Its messages become tombstones behind the answer, for there may
// be many; what a restart interrupts, the next start takes up.
Task<Result<Reply<None>>> removed(Services& services, UserId caller, UserId id, accounts::Origin origin) {
    const auto result = co_await services.accounts.remove(caller, id, std::move(origin));
    if (!result) co_return result.error();
    co_await services.rooms.owner_removed(id);
    spawn(services.messages.finish_removals(), [](const std::exception_ptr&) {
        log::warn("the messages of a removed account are not all tombstones yet");
    });
    co_return Reply(None());
}

}  // namespace

void UserController::mount(http::Router& router, net::PerCore<Services>& services) {
    serve(router, services, contract::show_me, *this, &UserController::show_me);
    serve(router, services, contract::change_me, *this, &UserController::change_me);
    serve(router, services, contract::remove_me, *this, &UserController::remove_me);
    serve(router, services, contract::list_users, *this, &UserController::list);
    serve(router, services, contract::show_user, *this, &UserController::show);
    serve(router, services, contract::change_user, *this, &UserController::change);
    serve(router, services, contract::remove_user, *this, &UserController::remove);
}

UserController::UserReply UserController::show_me(Call<None, None, None> call) {
    co_return enveloped(co_await call.services.accounts.me(call.user()));
}

UserController::UserReply UserController::change_me(Call<None, None, contract::UserChange> call) {
    co_return enveloped(co_await call.services.accounts.change(
        call.user(), call.user(), change_of(std::move(call.body)), call.origin()));
}

Task<Result<Reply<None>>> UserController::remove_me(Call<None, None, None> call) {
    co_return co_await removed(call.services, call.user(), call.user(), call.origin());
}

Task<Result<Reply<contract::UserList>>> UserController::list(Call<None, contract::UserQuery, None> call) {
    auto& [q, limit, after] = call.query;
    accounts::UserSearch search{.q = q, .limit = limit.value(), .after = after.value_or(UserId())};
    auto users = co_await call.services.accounts.list(call.user(), std::move(search));
    if (!users) co_return users.error();
    Reply reply(contract::UserList{std::move(*users)});
    const auto& page = reply.answer.users;
    if (std::ssize(page) == limit.value()) {
        const auto text = q ? std::optional(q->str()) : std::nullopt;
        reply.headers.add("Link", next_link(contract::list_users.path, text, limit.value(),
                                            fmt::to_string(page.back().id.value())));
    }
    co_return reply;
}

UserController::UserReply UserController::show(Call<contract::UserPath, None, None> call) {
    co_return enveloped(co_await call.services.accounts.show(call.user(), call.path.id));
}

UserController::UserReply UserController::change(Call<contract::UserPath, None, contract::UserChange> call) {
    co_return enveloped(co_await call.services.accounts.change(
        call.user(), call.path.id, change_of(std::move(call.body)), call.origin()));
}

Task<Result<Reply<None>>> UserController::remove(Call<contract::UserPath, None, None> call) {
    co_return co_await removed(call.services, call.user(), call.path.id, call.origin());
}

}  // namespace roost::api
