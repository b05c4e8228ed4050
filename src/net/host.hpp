// A host to connect to: its addresses, known from the start and looked up again when none of them answers.
#pragma once

#include "core/clock.hpp"
#include "net/endpoint.hpp"
#include "net/workers.hpp"

#include <memory>
#include <string>
#include <vector>

namespace roost::net {

// One per core, used on it. May go while a lookup is under way.
class Host {
public:
    // `known` is what look_up(name, port) gave, perhaps nothing. `workers` outlive the lookups.
    Host(std::string name, std::uint16_t port, std::vector<Endpoint> known, Workers& workers);

    [[nodiscard]] const std::vector<Endpoint>& addresses() const noexcept { return state_->addresses; }
    // On a worker, at most one at a time and one a second; nothing to do where the name is an address. What
    // it finds replaces the addresses; nothing found, or too much waiting for the workers, leaves them.
    void look_up_again();

private:
    struct State {
        std::string name;
        std::uint16_t port = 0;
        std::vector<Endpoint> addresses;
        bool looking_up = false;
        Clock::time_point next_lookup;
    };
    static Task<void> look_up_on(Workers& workers, std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
    Workers& workers_;
};

}  // namespace roost::net
