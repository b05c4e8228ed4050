#include "channels/turn.hpp"

#include "channels/socket.hpp"

#include <utility>

namespace roost::channels {

Turn::Turn(boost::intrusive_ptr<Socket> socket) noexcept : socket_(std::move(socket)) {}

Turn::~Turn() {
    if (socket_) socket_->pass_turn();
}

Turn::Turn(Turn&&) noexcept = default;

}  // namespace roost::channels
