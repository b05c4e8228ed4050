// Failed logins, and how long the next one must wait: by account and address, by address, and by account. The
// first ones are free; then the time doubles with each, from one second on. Some are forgiven as time passes.
//
// An attempt counts as a failure from when it is admitted until it is told otherwise, so that many at once
// get no more tries than one after the other. Addresses of IPv6 count by their /64, which is what one site
// has.
#pragma once

#include "core/clock.hpp"
#include "core/generations.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace roost::auth {

// Pure: time is passed in. Bounded: of each kind `most` are kept, and the least recent go first; about 20 MB
// by default. Keeps digests, no e-mail addresses.
class LoginAttempts {
public:
    static constexpr std::size_t default_size = 65'536;

    explicit LoginAttempts(std::size_t most = default_size);

    // Nothing, and the attempt is counted; or how long to wait, and it is not.
    std::optional<std::chrono::seconds> admit(std::string_view email, std::string_view address,
                                              Clock::time_point now);
    // The password was right: the pair begins anew.
    void succeeded(std::string_view email, std::string_view address);
    // It was not found out: the attempt does not count.
    void withdrawn(std::string_view email, std::string_view address);

private:
    using Key = std::array<char, 16>;
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Failures {
        unsigned count = 0;
        Clock::time_point forgiven_at;  // until when failures were forgiven
        Clock::time_point last;
        Clock::time_point before;  // the one before that, for when it is taken back
    };
    struct Rule {
        unsigned free;
        std::chrono::seconds longest;
        std::chrono::seconds one_forgiven_every;

        [[nodiscard]] std::chrono::seconds delay(unsigned failures) const;
    };
    struct Kind {
        Kind(std::size_t most, Rule the_rule) : failures(most), rule(the_rule) {}
        [[nodiscard]] Clock::duration wait(const Key& key, Clock::time_point now);
        void count(const Key& key, Clock::time_point now);
        void take_back(const Key& key);

        Generations<Key, Failures, Hash> failures;
        Rule rule;
    };
    struct Keys {
        Key pair, address, account;
    };
    [[nodiscard]] Keys keys_of(std::string_view email, std::string_view address) const;

    std::string salt_;
    Kind pairs_;
    Kind addresses_;
    Kind accounts_;
};

}  // namespace roost::auth
