#include "api/user_rates.hpp"

#include <tuple>

namespace roost::api {

UserRatePtr UserRates::of(UserId user) {
    if (rate_.is_unlimited()) return nullptr;
    const std::scoped_lock lock(mutex_);
    auto& rate = users_.try_emplace(user, *this, user).first->second;
    ++rate.holders_;
    return {&rate, false};
}

// By who holds it already, so it stays where it is.
void intrusive_ptr_add_ref(UserRate* rate) noexcept {
    const std::scoped_lock lock(rate->all_.mutex_);
    ++rate->holders_;
}

void intrusive_ptr_release(UserRate* rate) {
    auto& all = rate->all_;
    const std::scoped_lock lock(all.mutex_);
    if (--rate->holders_ == 0) all.users_.erase(rate->user_);
}

bool ConnectRates::take(const std::string& address) {
    if (rate_.is_unlimited()) return true;
    const auto now = rate_time();
    const std::scoped_lock lock(mutex_);
    auto* use = addresses_.find(address);
    if (use == nullptr) use = &addresses_.put(address, RateUse(now));
    return use->take(rate_, now);
}

}  // namespace roost::api
