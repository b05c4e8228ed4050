// How often each user has sent events, on all sockets and all cores together, and each address has connected.
// One for the process; used on every core.
#pragma once

#include "core/generations.hpp"
#include "core/ids.hpp"
#include "core/rate.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace roost::api {

class UserRates;

// One user's, as long as a socket of the user holds it, and until it has drained: coming back changes
// nothing. It outlives no UserRates.
class UserRate : public SharedRateUse {
public:
    UserRate(UserRates& all, UserId user) : SharedRateUse(rate_time()), all_(all), user_(user) {}

private:
    friend class UserRates;
    friend void intrusive_ptr_add_ref(UserRate* rate) noexcept;
    friend void intrusive_ptr_release(UserRate* rate);

    UserRates& all_;
    UserId user_;
    std::uint32_t holders_ = 0;  // under the lock of `all_`
};
using UserRatePtr = boost::intrusive_ptr<UserRate>;

// The lock is taken when a socket opens or closes, not for an event.
class UserRates {
public:
    explicit UserRates(Rate rate) : rate_(rate) {}

    [[nodiscard]] const Rate& rate() const noexcept { return rate_; }
    // Null when there is no limit.
    [[nodiscard]] UserRatePtr of(UserId user);

private:
    friend void intrusive_ptr_add_ref(UserRate* rate) noexcept;
    friend void intrusive_ptr_release(UserRate* rate);

    void forget_drained();

    static constexpr unsigned asks_per_sweep = 1024;

    Rate rate_;
    std::mutex mutex_;
    std::unordered_map<UserId, UserRate> users_;
    unsigned asks_ = 0;  // since the last sweep
};

// Remembers the addresses that connected last, at most `most` of them.
class ConnectRates {
public:
    static constexpr std::size_t default_size = 100'000;

    explicit ConnectRates(Rate rate, std::size_t most = default_size) : rate_(rate), addresses_(most) {}
    // False when the address has connected too often.
    bool take(const std::string& address);

private:
    Rate rate_;
    std::mutex mutex_;
    Generations<std::string, RateUse> addresses_;
};

}  // namespace roost::api
