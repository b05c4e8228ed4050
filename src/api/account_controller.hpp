// REST for accounts.
#pragma once

#include "api/serve.hpp"
#include "contract/accounts.hpp"

namespace roost::api {

class AccountController {
public:
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    Task<Result<Reply<contract::Authenticated>>> register_account(Call<None, contract::Registration> call);
    Task<Result<Reply<contract::Authenticated>>> log_in(Call<None, contract::Credentials> call);
    Task<Result<Reply<contract::UserEnvelope>>> show_me(Call<None, None> call);
};

}  // namespace roost::api
