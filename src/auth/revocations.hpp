// Access tokens that are refused before they expire. A token is good for minutes and verified without asking
// the database; so what was revoked is kept in memory, on every core, for as long as a token of it can be
// good.
#pragma once

#include "auth/access_token.hpp"
#include "core/clock.hpp"
#include "core/generations.hpp"
#include "core/ids.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace roost::auth {

// What was revoked, on its way to the cores and from there to the sockets.
struct Revoked {
    std::vector<SessionId> sessions;
    std::vector<UserId> users;    // all tokens issued elsewhere until now: they belong to no session
    std::vector<UserId> removed;  // accounts that are gone, with every token

    [[nodiscard]] bool empty() const noexcept { return sessions.empty() && users.empty() && removed.empty(); }
};

// One for each core, used there. Pure but for the listener: time is passed in.
//
// Bounded: `most` sessions and twice as many users, about 20 MB at most by default. When more is revoked at
// once, the earliest is forgotten and in its place every token issued until now is refused: clients refresh
// theirs, and nobody gets in who should not.
class Revocations {
public:
    static constexpr std::size_t default_size = 100'000;
    // A token may be issued shortly after its session was revoked, by a refresh that was under way.
    static constexpr std::chrono::seconds slack{60};
    static constexpr std::chrono::seconds session_memory = AccessTokens::lifetime + slack;
    static constexpr std::chrono::seconds user_memory = AccessTokens::longest_foreign_lifetime + slack;

    explicit Revocations(std::size_t most = default_size);

    // Called on this core with what is new, after it is refused: to close the sockets of these sessions and
    // users whose identity is no longer current (Sessions::is_current). Must not throw.
    void listen(std::function<void(const Revoked&)> on_revoked) { on_revoked_ = std::move(on_revoked); }

    void learn(const Revoked& revoked, Timestamp now);
    // What of it is not known yet. Tokens issued elsewhere until now are always new.
    [[nodiscard]] Revoked news_in(const Revoked& revoked) const;
    [[nodiscard]] bool refuses(const Identity& identity) const;

private:
    // What was noted less than `memory` ago is there, and what is older goes some time.
    template <class Key>
    struct Memory {
        Memory(std::size_t most, std::chrono::seconds memory) : noted(most), keep(memory) {}
        void note(const Key& key, Timestamp now, Timestamp& refused_until);

        Generations<Key, Timestamp> noted;
        std::chrono::seconds keep;
        Timestamp generation_began;
    };

    Memory<SessionId> sessions_;
    Memory<UserId> users_;
    Memory<UserId> removed_;
    // Whatever was issued until then, because not everything could be kept.
    Timestamp refused_until_{-1};
    std::function<void(const Revoked&)> on_revoked_;
};

}  // namespace roost::auth
