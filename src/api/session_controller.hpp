// REST for sessions: registering, logging in, refreshing, logging out.
#pragma once

#include "api/serve.hpp"
#include "contract/sessions.hpp"

namespace roost::api {

class SessionController {
public:
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    Task<Result<Reply<contract::Authenticated>>> register_account(
        Call<None, None, contract::Registration> call);
    Task<Result<Reply<contract::Authenticated>>> log_in(Call<None, None, contract::Credentials> call);
    Task<Result<Reply<contract::RenewedTokens>>> refresh(Call<None, None, contract::Renewal> call);
    Task<Result<Reply<None>>> log_out(Call<None, None, None> call);
};

}  // namespace roost::api
