// REST for messages.
#pragma once

#include "api/serve.hpp"
#include "contract/messages.hpp"

namespace roost::api {

class MessageController {
public:
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    Task<Result<Reply<contract::MessagePage>>> list(Call<contract::MessagePageQuery, None> call);
    Task<Result<Reply<contract::MessageEnvelope>>> create(Call<None, contract::NewMessage> call);
};

}  // namespace roost::api
