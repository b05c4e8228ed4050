// The commands of `roost`. Each gives the exit code; texts for the operator go to standard output, failures
// are thrown as std::runtime_error with a sentence.
#pragma once

#include "cli/settings.hpp"

#include <string>

namespace roost::cli {

// These three run until SIGINT or SIGTERM. The latter two are the tiers as processes of their own.
int serve(const Settings& settings, bool with_seed);
int api(const Settings& settings);
int gateway(const Settings& settings);

int db_migrate(const Settings& settings);
int db_rollback(const Settings& settings, int steps);
int db_status(const Settings& settings);
int db_seed(const Settings& settings);

// Whether every room's log is consistent, also while a server runs: 1 when something was found.
struct CheckScope {
    std::string room;  // its slug; empty: all
    bool as_json = false;
};
int db_check(const Settings& settings, const CheckScope& scope);

// They work on the database, also while a server runs: it sees their changes. All but the list are written to
// the audit log.
struct UsersListing {
    std::string text;  // part of the e-mail address or the name; empty: everybody
    int limit = 100;
    bool as_json = false;
};
int users_list(const Settings& settings, const UsersListing& listing);
int users_promote(const Settings& settings, const std::string& email);
int users_demote(const Settings& settings, const std::string& email);
// Ends all of the account's sessions. The password comes from the terminal or standard input, or is generated
// and printed.
int users_reset_password(const Settings& settings, const std::string& email, bool generated);

// Every setting as it takes effect, and where it came from; no secret.
int config(const SettingsInput& input, bool as_json);

// The document of the REST endpoints, or that of the channels.
int openapi(bool of_channels);

}  // namespace roost::cli
