#include "net/host.hpp"

namespace roost::net {
namespace {

constexpr std::chrono::seconds between_lookups{1};

}  // namespace

Host::Host(std::string name, std::uint16_t port, std::vector<Endpoint> known, Workers& workers)
    : state_(std::make_shared<State>()), workers_(workers) {
    state_->name = std::move(name);
    state_->port = port;
    state_->addresses = std::move(known);
}

void Host::look_up_again() {
    if (state_->looking_up || Clock::now() < state_->next_lookup) return;
    if (Endpoint::parse(state_->name, state_->port)) return;
    state_->looking_up = true;
    spawn(look_up_on(workers_, state_), [](const std::exception_ptr&) {});
}

Task<void> Host::look_up_on(Workers& workers, std::shared_ptr<State> state) {
    auto work = [name = state->name, port = state->port] { return look_up(name, port); };
    auto found = co_await run_on(workers, std::move(work));
    if (found && !found->empty()) state->addresses = *std::move(found);
    state->looking_up = false;
    state->next_lookup = Clock::now() + between_lookups;
}

}  // namespace roost::net
