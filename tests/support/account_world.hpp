// For tests of accounts: a database, and Accounts on one or more cores.
#pragma once

#include "accounts/accounts.hpp"
#include "support/captured_audit.hpp"
#include "support/core_database.hpp"

#include <string>

namespace roost::test {

inline accounts::Email email(std::string text) {
    return *accounts::Email::from(std::move(text));
}
inline accounts::Password password(std::string text) {
    return *accounts::Password::from(std::move(text));
}
inline const accounts::Origin home{"203.0.113.9", "r1"};

class AccountWorld : public TestDatabase {
public:
    explicit AccountWorld(unsigned cores = 1, std::size_t waiting_passwords = 100)
        : cores_(cores), workers(1, waiting_passwords) {}

    // `f`, called with the Accounts of a core and there, gives a task; its outcome comes here.
    template <class F>
    auto start(F f, unsigned core = 0) {
        return accounts_.start(std::move(f), core);
    }
    template <class F>
    auto run(F f, unsigned core = 0) {
        return accounts_.run(std::move(f), core);
    }

    Result<accounts::LoggedIn> sign_up(const std::string& address, const std::string& secret = "password123",
                                       std::optional<accounts::UserName> name = std::nullopt) {
        return run([&](accounts::Accounts& all) {
            return all.register_account(email(address), password(secret), std::move(name), home);
        });
    }
    Result<accounts::LoggedIn> log_in(const std::string& address, const std::string& secret = "password123",
                                      const accounts::Origin& origin = home, unsigned core = 0) {
        return run(
            [&](accounts::Accounts& all) { return all.log_in(email(address), password(secret), origin); },
            core);
    }
    // A user who cannot log in, which takes no time.
    UserId person(const std::string& name, const std::string& role = "user") {
        const auto rows = admin.query(
            "insert into users (email, name, password_hash, role) values (lower($1) || '@example.com', $1, "
            "'', "
            "$2) returning id",
            {name, role});
        return UserId{std::stoll(*rows.at(0).at(0))};
    }
    bool accepts(const std::string& access_token, unsigned core = 0) {
        bool is_accepted = false;
        cores_.call([&] { is_accepted = sessions_[core].verify(access_token).has_value(); }, core);
        return is_accepted;
    }

private:
    auth::AccessTokens access_tokens_{std::string(32, 's')};
    RunningCores cores_;

public:
    net::Workers workers;

private:
    accounts::PasswordHashing hashing_ = accounts::password_hashing(workers, 4);
    auth::SharedRevocations revocations_{cores_.all()};
    auth::LoginGuard guard_{cores_[0]};
    accounts::AuthorNames names_{cores_.all()};
    OnCores<db::Pool> pools_{cores_, [this](net::Core&) { return pool(); }};
    OnCores<auth::Sessions> sessions_{cores_, [this](net::Core& core) {
                                          return std::make_unique<auth::Sessions>(
                                              access_tokens_, pools_[core.index()], revocations_);
                                      }};
    OnCores<accounts::Accounts> accounts_{cores_, [this](net::Core& core) {
                                              return std::make_unique<accounts::Accounts>(
                                                  pools_[core.index()], sessions_[core.index()], hashing_,
                                                  guard_, names_);
                                          }};

public:
    // Of the first core.
    TransactionCount transactions{pools_};
};

}  // namespace roost::test
