#include "auth/shared_revocations.hpp"

namespace roost::auth {

SharedRevocations::SharedRevocations(net::Cores& cores)
    : cores_(cores), on_cores_(cores, [](net::Core&) { return std::make_unique<Revocations>(); }) {}

Task<void> SharedRevocations::spread(Revoked revoked, Timestamp now) {
    for (unsigned core = 0; core < cores_.size(); ++core) {
        auto learn = [this, core, &revoked, now] { return learn_on(core, revoked, now); };
        co_await net::call_on(cores_[core], std::move(learn));
    }
}

Task<None> SharedRevocations::learn_on(unsigned core, const Revoked& revoked, Timestamp now) {
    on_cores_[core].learn(revoked, now);
    co_return None{};
}

}  // namespace roost::auth
