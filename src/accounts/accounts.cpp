#include "accounts/accounts.hpp"

#include "auth/password.hpp"
#include "auth/random.hpp"

namespace roost::accounts {

using namespace std::chrono_literals;

namespace {

constexpr auto name_is_remembered_for = 5s;
constexpr std::size_t most_remembered_names = 10'000;

std::string name_from(const Email& email) {
    return email.str().substr(0, email.str().find('@'));
}

}  // namespace

PasswordHashing password_hashing(net::Workers& workers, unsigned cost) {
    return {workers, cost, auth::hash_password(auth::random_token(24), cost)};
}

Task<Result<LoggedIn>> Accounts::register_account(Email email, Password password,
                                                  std::optional<UserName> name) {
    auto hash_it = [password = std::move(password), cost = hashing_.cost] {
        return auth::hash_password(password.str(), cost);
    };
    auto hash = co_await net::run_on(hashing_.workers, std::move(hash_it));
    if (!hash) co_return Problem(Errc::overloaded);
    auto shown = name ? name->str() : name_from(email);
    auto user = co_await store_.insert(std::move(email), std::move(shown), std::move(*hash));
    if (!user) co_return user.error();
    auto tokens = co_await sessions_.open(user->id);
    LoggedIn logged_in{std::move(*user), std::move(tokens)};
    co_return logged_in;
}

Task<Result<LoggedIn>> Accounts::log_in(Email email, Password password) {
    auto account = co_await store_.find(std::move(email));
    auto verify = [password = std::move(password), hash = account ? account->password_hash : hashing_.dummy] {
        return auth::verify_password(password.str(), hash);
    };
    const auto matches = co_await net::run_on(hashing_.workers, std::move(verify));
    if (!matches) co_return Problem(Errc::overloaded);
    if (!account || !*matches) co_return Problem(Errc::invalid_credentials);
    auto tokens = co_await sessions_.open(account->user.id);
    LoggedIn logged_in{std::move(account->user), std::move(tokens)};
    co_return logged_in;
}

Task<Result<User>> Accounts::find(UserId id) {
    auto user = co_await store_.find(id);
    if (!user) co_return Problem(Errc::unauthorized);
    co_return std::move(*user);
}

Task<Result<std::string>> Accounts::author_name(UserId id) {
    const auto now = Clock::now();
    if (const auto known = names_.find(id); known != names_.end() && known->second.until > now)
        co_return known->second.name;
    auto user = co_await find(id);
    if (!user) co_return user.error();
    if (names_.size() >= most_remembered_names) names_.clear();
    names_.insert_or_assign(id, Remembered{user->name, now + name_is_remembered_for});
    co_return user->name;
}

}  // namespace roost::accounts
