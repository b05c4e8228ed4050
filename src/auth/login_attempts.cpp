#include "auth/login_attempts.hpp"

#include "auth/random.hpp"
#include "core/site.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace roost::auth {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t salt_bytes = 16;

}  // namespace

std::size_t LoginAttempts::Hash::operator()(const Key& key) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, key.data(), sizeof hash);
    return hash;
}

std::chrono::seconds LoginAttempts::Rule::delay(unsigned failures) const {
    if (failures < free) return 0s;
    constexpr unsigned more_than_enough = 20;  // doublings
    return std::min(longest, 1s * (1U << std::min(failures - free, more_than_enough)));
}

Clock::duration LoginAttempts::Kind::wait(const Key& key, Clock::time_point now) {
    const auto* known = failures.peek(key);
    if (known == nullptr) return 0s;
    return known->last + rule.delay(known->count) - now;
}

void LoginAttempts::Kind::count(const Key& key, Clock::time_point now) {
    auto* known = failures.find(key);
    if (known == nullptr)
        known = &failures.put(key, {.count = 0, .forgiven_at = now, .last = now, .before = now});
    const auto forgiven = (now - known->forgiven_at) / rule.one_forgiven_every;
    known->forgiven_at += forgiven * rule.one_forgiven_every;
    known->count -= static_cast<unsigned>(std::min<std::int64_t>(forgiven, known->count));
    ++known->count;
    known->before = std::exchange(known->last, now);
}

void LoginAttempts::Kind::take_back(const Key& key) {
    auto* known = failures.find(key);
    if (known == nullptr || known->count == 0) return;
    --known->count;
    known->last = known->before;
}

LoginAttempts::LoginAttempts(std::size_t most)
    : salt_(random_token(salt_bytes)),
      pairs_(most, {.free = 5, .longest = 15min, .one_forgiven_every = 15min}),
      addresses_(most, {.free = 50, .longest = 15min, .one_forgiven_every = 1min}),
      // Never long: nobody shall keep somebody else out.
      accounts_(most, {.free = 100, .longest = 60s, .one_forgiven_every = 60s}) {}

std::optional<std::chrono::seconds> LoginAttempts::admit(std::string_view email, std::string_view address,
                                                         Clock::time_point now) {
    const auto keys = keys_of(email, address);
    const auto wait = std::max(
        {pairs_.wait(keys.pair, now), addresses_.wait(keys.address, now), accounts_.wait(keys.account, now)});
    if (wait > Clock::duration::zero()) return std::chrono::ceil<std::chrono::seconds>(wait);
    pairs_.count(keys.pair, now);
    addresses_.count(keys.address, now);
    accounts_.count(keys.account, now);
    return std::nullopt;
}

void LoginAttempts::succeeded(std::string_view email, std::string_view address) {
    const auto keys = keys_of(email, address);
    pairs_.failures.erase(keys.pair);
    addresses_.take_back(keys.address);
    accounts_.take_back(keys.account);
}

void LoginAttempts::withdrawn(std::string_view email, std::string_view address) {
    const auto keys = keys_of(email, address);
    pairs_.take_back(keys.pair);
    addresses_.take_back(keys.address);
    accounts_.take_back(keys.account);
}

LoginAttempts::Keys LoginAttempts::keys_of(std::string_view email, std::string_view address) const {
    const auto key_of = [this](std::string_view what) {
        const auto digest = sha256(salt_ + std::string(what));
        Key key;
        std::copy_n(digest.begin(), key.size(), key.begin());
        return key;
    };
    const auto account = key_of(email);
    const auto site = key_of(site_of(address));
    const auto pair =
        key_of(std::string(account.begin(), account.end()) + std::string(site.begin(), site.end()));
    return {.pair = pair, .address = site, .account = account};
}

}  // namespace roost::auth
