// REST for rooms, their members and read marks.
#pragma once

#include "api/serve.hpp"
#include "contract/rooms.hpp"

namespace roost::api {

class RoomController {
public:
    void mount(http::Router& router, net::PerCore<Services>& services);

private:
    using RoomReply = Task<Result<Reply<contract::RoomEnvelope>>>;
    using NoReply = Task<Result<Reply<None>>>;

    Task<Result<Reply<contract::RoomList>>> list(Call<None, contract::RoomQuery, None> call);
    RoomReply create(Call<None, None, contract::RoomCreation> call);
    RoomReply show(Call<contract::RoomPath, None, None> call);
    RoomReply change(Call<contract::RoomPath, None, contract::RoomPatch> call);
    NoReply remove(Call<contract::RoomPath, None, None> call);

    Task<Result<Reply<contract::MemberList>>> members(
        Call<contract::RoomPath, contract::MemberQuery, None> call);
    NoReply add_member(Call<contract::MemberPath, None, None> call);
    NoReply remove_member(Call<contract::MemberPath, None, None> call);
    NoReply mark_read(Call<contract::RoomPath, None, contract::ReadMark> call);
    Task<Result<Reply<contract::PresenceList>>> presence(Call<contract::RoomPath, None, None> call);
};

}  // namespace roost::api
