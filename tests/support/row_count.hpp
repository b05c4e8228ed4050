// How much of the logs' table PostgreSQL looks at, by its own count.
#pragma once

#include "support/message_log.hpp"

#include <fmt/format.h>

#include <utility>

namespace roost::test {

// Rows that one connection reads of the table and of its indexes. `Asks` is a db::Pool of one connection, or
// a db::Connection.
template <class Asks>
class RowCount {
public:
    RowCount(LogDatabase& database, OneCore& core, Asks& asks)
        : database_(database), core_(core), asks_(asks) {
        (*this)();
    }

    // Since the last time.
    std::int64_t operator()() {
        static const db::Statement flush{"flush", "SELECT pg_stat_force_next_flush()"};
        const auto ask = [this] { return asks_.query(flush, db::Params()); };
        core_.run(ask);
        const auto now = database_.number(
            "select seq_tup_read + idx_tup_fetch + (select sum(idx_tup_read) from pg_stat_user_indexes where "
            "relname = 'messages') from pg_stat_user_tables where relname = 'messages'");
        return now - std::exchange(before_, now);
    }

private:
    LogDatabase& database_;
    OneCore& core_;
    Asks& asks_;
    std::int64_t before_ = 0;
};

// A room of many messages, without statistics: PostgreSQL does not look at the table by itself.
inline void fill_log(LogDatabase& database, std::int64_t room, std::int64_t messages) {
    database.admin.exec(
        fmt::format("alter table messages set (autovacuum_enabled = false);"
                    "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, "
                    "client_id, writer) "
                    "select {}, n, n, 7, 'Ann', 'text', 'id-' || n, 1 from generate_series(1, {}) as n",
                    room, messages));
}

}  // namespace roost::test
