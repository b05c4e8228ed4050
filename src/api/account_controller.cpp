#include "api/account_controller.hpp"

namespace roost::api {
namespace {

contract::Authenticated authenticated(accounts::LoggedIn logged_in) {
    return {.user = std::move(logged_in.user),
            .token = std::move(logged_in.tokens.access),
            .refresh_token = std::move(logged_in.tokens.refresh),
            .expires_in = logged_in.tokens.expires_in.count()};
}

}  // namespace

void AccountController::mount(http::Router& router, net::PerCore<Services>& services) {
    serve(router, services, contract::register_account, *this, &AccountController::register_account);
    serve(router, services, contract::log_in, *this, &AccountController::log_in);
    serve(router, services, contract::show_me, *this, &AccountController::show_me);
}

Task<Result<Reply<contract::Authenticated>>> AccountController::register_account(
    Call<None, contract::Registration> call) {
    auto& [email, password, name] = call.body;
    auto result = co_await call.services.accounts.register_account(std::move(email), std::move(password),
                                                                   std::move(name));
    if (!result) co_return result.error();
    co_return Reply(authenticated(std::move(*result)));
}

Task<Result<Reply<contract::Authenticated>>> AccountController::log_in(
    Call<None, contract::Credentials> call) {
    auto& [email, password] = call.body;
    auto result = co_await call.services.accounts.log_in(std::move(email), std::move(password));
    if (!result) co_return result.error();
    co_return Reply(authenticated(std::move(*result)));
}

Task<Result<Reply<contract::UserEnvelope>>> AccountController::show_me(Call<None, None> call) {
    auto user = co_await call.services.accounts.find(call.caller->user);
    if (!user) co_return user.error();
    contract::UserEnvelope envelope{std::move(*user)};
    co_return Reply(std::move(envelope));
}

}  // namespace roost::api
