#include "accounts/password_check.hpp"

#include "auth/password.hpp"
#include "auth/random.hpp"

namespace roost::accounts {

PasswordHashing password_hashing(net::Workers& workers, unsigned cost) {
    return {workers, cost, auth::hash_password(auth::random_token(24), cost)};
}

Task<Result<std::string>> PasswordCheck::hash(Password password) {
    auto hash_it = [password = std::move(password), cost = hashing_.cost] {
        return auth::hash_password(password.str(), cost);
    };
    auto hash = co_await net::run_on(hashing_.workers, std::move(hash_it));
    if (!hash) co_return Problem(Errc::overloaded);
    co_return std::move(*hash);
}

// The guard counts an attempt as failed until it hears otherwise.
Task<Result<None>> PasswordCheck::compare(std::string email, std::string address, Password password,
                                          Task<std::string> stored) {
    const auto admitted = co_await guard_.admit(email, address);
    if (!admitted) co_return admitted.error();
    Result<None> outcome = Problem(Errc::internal);
    std::exception_ptr failure;
    try {
        outcome = co_await compare_admitted(std::move(password), std::move(stored));
    } catch (...) {
        failure = std::current_exception();
    }
    if (outcome) co_await guard_.succeeded(email, address);
    else if (outcome.error().errc() != Errc::invalid_credentials) co_await guard_.withdrawn(email, address);
    if (failure) std::rethrow_exception(failure);
    co_return outcome;
}

Task<Result<None>> PasswordCheck::compare_admitted(Password password, Task<std::string> stored) {
    auto hash = co_await stored;
    auto verify = [password = std::move(password), hash = std::move(hash)] {
        return auth::verify_password(password.str(), hash);
    };
    const auto matches = co_await net::run_on(hashing_.workers, std::move(verify));
    if (!matches) co_return Problem(Errc::overloaded);
    if (!*matches) co_return Problem(Errc::invalid_credentials);
    co_return None{};
}

}  // namespace roost::accounts
