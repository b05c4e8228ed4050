// Migration: one numbered step of the database's schema, up and down, as SQL.
//
// The files stand in migrations/NNNN_name.{up,down}.sql and are part of the executable, so a server can
// never run with the schema of another version. A migration that was released is not edited again: the
// checksum of its `up` is kept in the database, and a difference is refused.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace roost::db {

struct Migration {
    int version = 0;  // 1, 2, … without gaps
    std::string_view name;
    std::string_view up;
    std::string_view down;
};

// All migrations of this executable, in order. Lives as long as the program.
std::span<const Migration> embedded_migrations();

// SHA-256 of `up`, 64 hexadecimal digits.
std::string checksum(const Migration& migration);

// "0001 initial", as people are told about it.
std::string title(const Migration& migration);

}  // namespace roost::db
