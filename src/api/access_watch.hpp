// Takes from open sockets what their users may not have any more: the socket of a token that was revoked or
// has expired, the channels of a room that somebody was removed from. Stock clients come back at once; they
// are refused then, or not, by what holds for everybody.
#pragma once

#include "api/services.hpp"
#include "net/timer.hpp"
#include "ws/connections.hpp"

namespace roost::api {

// One for each core; made, used and destroyed there. It looks at every socket of the core, which costs no
// byte per socket and little time, for revocations are rare.
class AccessWatch {
public:
    // Both outlive this object, and every connection's handler is a UserSocket.
    AccessWatch(Services& services, ws::Connections& connections);

private:
    void close_revoked();
    void end_channels(const rooms::AccessLost& lost);
    // Every few seconds: closes what has expired, tells who is about to.
    void sweep();

    Services& services_;
    ws::Connections& connections_;
    net::Timer timer_;
};

}  // namespace roost::api
