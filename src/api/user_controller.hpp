// REST for accounts.
#pragma once

#include "api/serve.hpp"
#include "contract/users.hpp"

namespace roost::api {

class UserController {
public:
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    using UserReply = Task<Result<Reply<contract::UserEnvelope>>>;

    UserReply show_me(Call<None, None, None> call);
    UserReply change_me(Call<None, None, contract::UserChange> call);
    Task<Result<Reply<None>>> remove_me(Call<None, None, None> call);
    Task<Result<Reply<contract::UserList>>> list(Call<None, contract::UserQuery, None> call);
    UserReply show(Call<contract::UserPath, None, None> call);
    UserReply change(Call<contract::UserPath, None, contract::UserChange> call);
    Task<Result<Reply<None>>> remove(Call<contract::UserPath, None, None> call);
};

}  // namespace roost::api
