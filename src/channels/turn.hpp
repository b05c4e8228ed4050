// A channel's turn to read much and to send it (Channel::turn).
//
// Of the channels of one socket one at a time has it, so that for a client that joins many at once neither
// frames nor answers pile up. Lives on the socket's core, in the handler whose turn it is; when it goes, the
// next channel gets its own.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>

namespace roost::channels {

class Socket;

class Turn {
public:
    // Its own now.
    explicit Turn(boost::intrusive_ptr<Socket> socket) noexcept;
    ~Turn();
    Turn(Turn&&) noexcept;
    Turn& operator=(Turn&&) = delete;

private:
    boost::intrusive_ptr<Socket> socket_;  // null once moved from
};

}  // namespace roost::channels
