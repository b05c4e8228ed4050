// The names that messages are signed with, as each core remembers them.
#pragma once

#include "core/ids.hpp"
#include "core/short_memory.hpp"
#include "core/task.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"

#include <string>

namespace roost::accounts {

// One for the process; made and destroyed by a thread that is no core's, while the cores run. Outlives all
// Accounts.
class AuthorNames {
public:
    using Memory = ShortMemory<UserId, std::string>;

    explicit AuthorNames(net::Cores& cores);

    // The current core's.
    [[nodiscard]] Memory& here() noexcept { return on_cores_.here(); }

    // From any core. When it returns, no core remembers the name.
    Task<void> forget(UserId id);

private:
    net::Cores& cores_;
    net::PerCore<Memory> on_cores_;
};

}  // namespace roost::accounts
