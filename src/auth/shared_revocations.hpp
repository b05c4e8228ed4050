// Every core's revocations, and the way of news to all of them.
#pragma once

#include "auth/revocations.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"

namespace roost::auth {

// One for the process; made and destroyed by a thread that is no core's, while the cores run.
class SharedRevocations {
public:
    explicit SharedRevocations(net::Cores& cores);

    // The current core's.
    [[nodiscard]] Revocations& here() noexcept { return on_cores_.here(); }
    [[nodiscard]] Revocations& operator[](unsigned core) noexcept { return on_cores_[core]; }

    // From any core. When it returns every core refuses what was revoked and its listener was told.
    Task<void> spread(Revoked revoked, Timestamp now);

private:
    Task<None> learn_on(unsigned core, const Revoked& revoked, Timestamp now);

    net::Cores& cores_;
    net::PerCore<Revocations> on_cores_;
};

}  // namespace roost::auth
