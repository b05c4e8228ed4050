#include "api/session_controller.hpp"

namespace roost::api {
namespace {

contract::Authenticated authenticated(accounts::LoggedIn logged_in) {
    return {.user = std::move(logged_in.user),
            .token = std::move(logged_in.tokens.access),
            .refresh_token = std::move(logged_in.tokens.refresh),
            .expires_in = logged_in.tokens.expires_in.count()};
}

// An answer that holds tokens: nobody on the way keeps it (RFC 6749 section 5.1).
template <class Body>
Reply<Body> secret(Body body) {
    Reply reply(std::move(body));
    reply.headers.add("Cache-Control", "no-store");
    return reply;
}

}  // namespace

void SessionController::mount(http::Router& router, net::PerCore<Services>& services) {
    serve(router, services, contract::register_account, *this, &SessionController::register_account);
    serve(router, services, contract::log_in, *this, &SessionController::log_in);
    serve(router, services, contract::refresh, *this, &SessionController::refresh);
    serve(router, services, contract::log_out, *this, &SessionController::log_out);
}

Task<Result<Reply<contract::Authenticated>>> SessionController::register_account(
    Call<None, None, contract::Registration> call) {
    auto& [email, password, name] = call.body;
    auto result = co_await call.services.accounts.register_account(std::move(email), std::move(password),
                                                                   std::move(name), call.origin());
    if (!result) co_return result.error();
    co_return secret(authenticated(std::move(*result)));
}

Task<Result<Reply<contract::Authenticated>>> SessionController::log_in(
    Call<None, None, contract::Credentials> call) {
    auto& [email, password] = call.body;
    auto result =
        co_await call.services.accounts.log_in(std::move(email), std::move(password), call.origin());
    if (!result) co_return result.error();
    co_return secret(authenticated(std::move(*result)));
}

Task<Result<Reply<contract::RenewedTokens>>> SessionController::refresh(
    Call<None, None, contract::Renewal> call) {
    auto result = co_await call.services.sessions.refresh(std::move(call.body.refresh_token).str());
    if (!result) co_return result.error();
    contract::RenewedTokens renewed{.token = std::move(result->tokens.access),
                                    .refresh_token = std::move(result->tokens.refresh),
                                    .expires_in = result->tokens.expires_in.count()};
    co_return secret(std::move(renewed));
}

Task<Result<Reply<None>>> SessionController::log_out(Call<None, None, None> call) {
    co_await call.services.sessions.revoke(call.caller->session, call.user());
    co_return Reply(None());
}

}  // namespace roost::api
