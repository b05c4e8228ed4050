#include "accounts/accounts.hpp"

#include "core/log.hpp"

#include <cassert>

namespace roost::accounts {
namespace {

std::string name_from(const Email& email) {
    return email.str().substr(0, email.str().find('@'));
}

Task<std::string> known(std::string hash) {
    co_return hash;
}

Problem wrong_current_password() {
    return Problem::at("/current_password", "wrong", "is not the password of the account");
}

void audit(std::string_view event, UserId user, const Origin& origin) {
    log::audit(event,
               {{"user", user.value()}, {"address", origin.address}, {"request_id", origin.request_id}});
}

void audit_admin(std::string_view event, UserId user, UserId target, const Origin& origin) {
    log::audit(event, {{"user", user.value()},
                       {"target", target.value()},
                       {"address", origin.address},
                       {"request_id", origin.request_id}});
}

void audit_refused_login(Errc errc, const std::optional<StoredAccount>& account, const Origin& origin) {
    if (errc != Errc::invalid_credentials && errc != Errc::rate_limited) return;
    const auto event = errc == Errc::rate_limited ? "login.limited" : "login.failed";
    if (account) audit(event, account->user.id, origin);
    else log::audit(event, {{"address", origin.address}, {"request_id", origin.request_id}});
}

void audit_change(UserId caller, UserId id, const StoredChange& change, const Origin& origin) {
    if (caller != id) audit_admin("admin.user_changed", caller, id, origin);
    if (change.email) audit("account.email_changed", id, origin);
    if (change.password_hash) audit("account.password_changed", id, origin);
}

}  // namespace

// --- Logging in

Task<Result<LoggedIn>> Accounts::register_account(Email email, Password password,
                                                  std::optional<UserName> name, Origin origin) {
    // Before anything is hashed, which is what a flood of registrations would cost.
    const auto taken = co_await store_.find(email);
    if (taken) co_return Problem(Errc::email_taken);
    auto hash = co_await passwords_.hash(std::move(password));
    if (!hash) co_return hash.error();
    auto shown = name ? name->str() : name_from(email);
    auto session = sessions_.prepare();
    auto user = co_await store_.insert(std::move(email), std::move(shown), std::move(*hash), session);
    if (!user) co_return user.error();
    audit("account.registered", user->id, origin);
    auto tokens = sessions_.tokens_for(user->id, std::move(session));
    LoggedIn logged_in{std::move(*user), std::move(tokens)};
    co_return logged_in;
}

Task<Result<LoggedIn>> Accounts::log_in(Email email, Password password, Origin origin) {
    std::optional<StoredAccount> account;
    auto stored = find_hash(email, account);
    auto outcome =
        co_await passwords_.compare(email.str(), origin.address, std::move(password), std::move(stored));
    auto session = sessions_.prepare();
    if (outcome) {
        assert(account && "no password has the dummy");
        const bool is_open = co_await store_.open_session(account->user.id, account->password_hash, session);
        if (!is_open) outcome = Problem(Errc::invalid_credentials);
    }
    if (!outcome) {
        audit_refused_login(outcome.error().errc(), account, origin);
        co_return outcome.error();
    }
    audit("login.ok", account->user.id, origin);
    auto tokens = sessions_.tokens_for(account->user.id, std::move(session));
    LoggedIn logged_in{std::move(account->user), std::move(tokens)};
    co_return logged_in;
}

Task<std::string> Accounts::find_hash(Email email, std::optional<StoredAccount>& account) {
    account = co_await store_.find(std::move(email));
    co_return account ? account->password_hash : passwords_.dummy();
}

// --- Who is who

Task<Result<User>> Accounts::me(UserId id) {
    auto account = co_await store_.find(id);
    if (!account) co_return Problem(Errc::unauthorized);
    co_return std::move(account->user);
}

Task<Result<User>> Accounts::show(UserId caller, UserId id) {
    auto user = co_await users_.find(caller, id);
    if (!user) co_return Problem(Errc::user_not_found);
    co_return std::move(*user);
}

Task<Result<std::vector<User>>> Accounts::list(UserId caller, UserSearch search) {
    co_return co_await users_.list(caller, std::move(search));
}

Task<bool> Accounts::is_admin(UserId id) {
    return store_.is_admin(id);
}

Task<Result<std::string>> Accounts::author_name(UserId id) {
    auto& memory = names_.here();
    if (const auto* remembered = memory.find(id)) co_return *remembered;
    // While the database does not answer, nobody changes an account there: what was known of it holds.
    const auto* last_known = memory.recall(id);
    if (last_known != nullptr && users_.is_late()) co_return *last_known;
    const auto asked = memory.asks();
    std::optional<std::string> name;
    try {
        name = co_await users_.name(id);
    } catch (const db::Unavailable&) {
        last_known = memory.recall(id);
        if (last_known == nullptr) throw;
        co_return *last_known;
    }
    if (!name) co_return Problem(Errc::unauthorized);
    memory.keep(asked, id, *name);
    co_return std::move(*name);
}

// --- Changes

Task<Result<User>> Accounts::change(UserId caller, UserId id, AccountChange change, Origin origin) {
    StoredChange stored;
    if (change.name) stored.name = change.name->str();
    if (change.email) stored.email = change.email->str();
    if (caller == id) {
        auto compared = co_await compare_current(id, change, origin);
        if (!compared) co_return compared.error();
        stored.compared_hash = std::move(*compared);
    } else if (!co_await store_.is_admin(caller)) {
        co_return Problem(Errc::forbidden);
    }
    if (change.password) {
        auto hash = co_await passwords_.hash(std::move(*change.password));
        if (!hash) co_return hash.error();
        stored.password_hash = std::move(*hash);
    }
    auto changed = co_await store_change(caller, id, stored);
    if (!changed) co_return changed.error();
    audit_change(caller, id, stored, origin);
    if (stored.name) co_await names_.forget(id);
    if (stored.password_hash) co_await sessions_.revoke_all(id);
    co_return changed;
}

// Gives the hash that the caller's password was compared with; nothing where none is needed.
Task<Result<std::optional<std::string>>> Accounts::compare_current(UserId id, const AccountChange& change,
                                                                   const Origin& origin) {
    if (!change.email && !change.password) co_return std::nullopt;
    auto account = co_await store_.find(id);
    if (!account) co_return Problem(Errc::unauthorized);
    const bool is_new_email = change.email && change.email->str() != account->user.email;
    if (!is_new_email && !change.password) co_return std::nullopt;
    if (!change.current_password)
        co_return Problem::at("/current_password", "required",
                              "is required for a new e-mail address or password");
    auto stored = known(account->password_hash);
    const auto compared = co_await passwords_.compare(*account->user.email, origin.address,
                                                      *change.current_password, std::move(stored));
    if (compared) co_return std::move(account->password_hash);
    if (compared.error().errc() != Errc::invalid_credentials) co_return compared.error();
    audit("account.wrong_password", id, origin);
    co_return wrong_current_password();
}

Task<Result<User>> Accounts::store_change(UserId caller, UserId id, StoredChange change) {
    auto changed = co_await store_.update(caller, id, std::move(change));
    if (!changed) co_return changed.error();
    if (*changed) co_return std::move(**changed);
    if (caller != id) {
        const bool is_still_admin = co_await store_.is_admin(caller);
        co_return Problem(is_still_admin ? Errc::user_not_found : Errc::forbidden);
    }
    const auto account = co_await store_.find(id);
    if (!account) co_return Problem(Errc::unauthorized);
    co_return wrong_current_password();  // no more: it was changed meanwhile
}

Task<Result<None>> Accounts::remove(UserId caller, UserId id, Origin origin) {
    const auto removal = co_await store_.remove(caller, id);
    if (!removal.is_done) {
        if (caller == id) co_return Problem(Errc::unauthorized);
        co_return Problem(removal.caller_is_admin ? Errc::user_not_found : Errc::forbidden);
    }
    if (caller == id) audit("account.removed", id, origin);
    else audit_admin("admin.user_removed", caller, id, origin);
    co_await names_.forget(id);
    co_await sessions_.user_removed(id);
    co_return None{};
}

}  // namespace roost::accounts
