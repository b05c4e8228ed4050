#include "api/user_rates.hpp"

#include "core/site.hpp"

namespace roost::api {

UserRatePtr UserRates::of(UserId user) {
    if (rate_.is_unlimited()) return nullptr;
    const std::scoped_lock lock(mutex_);
    if (++asks_ == asks_per_sweep) forget_drained();
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
    if (--rate->holders_ == 0 && rate->has_drained(all.rate_, rate_time())) all.users_.erase(rate->user_);
}

void UserRates::forget_drained() {
    asks_ = 0;
    std::erase_if(users_, [this, now = rate_time()](const auto& entry) {
        return entry.second.holders_ == 0 && entry.second.has_drained(rate_, now);
    });
}

bool ConnectRates::take(const std::string& address) {
    if (rate_.is_unlimited()) return true;
    const auto now = rate_time();
    const std::scoped_lock lock(mutex_);
    const auto site = site_of(address);
    auto* use = addresses_.find(site);
    if (use == nullptr) use = &addresses_.put(site, RateUse(now));
    return use->take(rate_, now);
}

}  // namespace roost::api
