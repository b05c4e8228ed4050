// What is measured beside what.
#pragma once

#include "append/copy_load.hpp"
#include "append/rates.hpp"

#include <vector>

namespace roost::append_bench {

// The one that takes in more rows on this machine.
CopyFormat faster_format(Database& database, const Pace& pace);

// Posts, the same in two homes, with changes among them, and with client ids, with 64, 256 and 1,000 waiting;
// all of them behind a COPY of the same kind of rows.
std::vector<Case> append_cases(Database& database, CopyFormat format);

// Of each index of the log's table, and of one that would find a room's posts among its changes if there is
// none such: a load without it, and then with it.
std::vector<Case> index_cases(Database& database, CopyFormat format);

}  // namespace roost::append_bench
