// How PostgreSQL is to find rows of the logs.
#pragma once

#include "db/connection.hpp"

namespace roost::messages {

// Goes before a statement that reads or changes logs, in its transaction: each row is found by its key, and a
// log is read along it. PostgreSQL has other ideas while the table has no statistics (to sort the whole room,
// to go through all of an index), and keeps such a plan when the table has grown.
inline const db::Statement along_the_key{
    "along_the_key",
    "SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), "
    "set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true), "
    "set_config('enable_memoize', 'off', true)"};

// Whether a row `m` is a message, for one that is found by its key: so said, the index of the messages alone
// is none to go through for it.
#define ROOST_IS_MESSAGE "coalesce(m.target_seq, 0) = 0"

}  // namespace roost::messages
