#include "auth/login_guard.hpp"

namespace roost::auth {

Task<Result<None>> LoginGuard::admit(std::string email, std::string address) {
    auto ask = [&] { return admit_here(email, address); };
    co_return co_await net::call_on(home_, std::move(ask));
}

Task<void> LoginGuard::succeeded(std::string email, std::string address) {
    auto tell = [&] { return succeeded_here(email, address); };
    co_await net::call_on(home_, std::move(tell));
}

Task<void> LoginGuard::withdrawn(std::string email, std::string address) {
    auto tell = [&] { return withdrawn_here(email, address); };
    co_await net::call_on(home_, std::move(tell));
}

Task<Result<None>> LoginGuard::admit_here(const std::string& email, const std::string& address) {
    if (const auto wait = attempts_.admit(email, address, Clock::now()))
        co_return Problem::limited_for(*wait);
    co_return None{};
}

Task<None> LoginGuard::succeeded_here(const std::string& email, const std::string& address) {
    attempts_.succeeded(email, address);
    co_return None{};
}

Task<None> LoginGuard::withdrawn_here(const std::string& email, const std::string& address) {
    attempts_.withdrawn(email, address);
    co_return None{};
}

}  // namespace roost::auth
