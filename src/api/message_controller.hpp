// REST for messages.
#pragma once

#include "api/serve.hpp"
#include "contract/messages.hpp"

namespace roost::api {

class MessageController {
public:
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    using MessageReply = Task<Result<Reply<contract::MessageEnvelope>>>;

    Task<Result<Reply<contract::MessagePage>>> list(Call<None, contract::MessagePageQuery, None> call);
    MessageReply create(Call<None, None, contract::NewMessage> call);
    MessageReply show(Call<contract::MessagePath, None, None> call);
    MessageReply edit(Call<contract::MessagePath, None, contract::Revision> call);
    Task<Result<Reply<None>>> remove(Call<contract::MessagePath, None, None> call);
};

}  // namespace roost::api
