// The commands of `roost`. Each gives the exit code; texts for the operator go to standard output, failures
// are thrown as std::runtime_error with a sentence.
#pragma once

#include "cli/settings.hpp"

namespace roost::cli {

// Runs until SIGINT or SIGTERM.
int serve(const Settings& settings, bool with_seed);

int db_migrate(const Settings& settings);
int db_rollback(const Settings& settings, int steps);
int db_status(const Settings& settings);
int db_seed(const Settings& settings);

}  // namespace roost::cli
