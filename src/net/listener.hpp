// A listening TCP port: accepts on the first core and hands connections to all cores in turn.
#pragma once

#include "core/unique_function.hpp"
#include "net/core.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace roost::net {

class Listener {
public:
    // Runs on the core that owns the connection from now on; the descriptor is non-blocking with TCP_NODELAY.
    // `peer` is the peer's address without a port.
    using OnAccept = std::function<void(int descriptor, std::string peer)>;

    // Binds now. Throws std::runtime_error with a sentence for the operator when the address cannot be had.
    // Port 0 takes a free one.
    Listener(Cores& cores, const std::string& host, std::uint16_t port, OnAccept on_accept);
    ~Listener();

    [[nodiscard]] std::uint16_t port() const noexcept;
    void start();
    // From any thread; returns at once. No call of on_accept begins after the cores have stopped.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace roost::net
