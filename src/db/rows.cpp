#include "db/rows.hpp"

#include <libpq-fe.h>

#include <charconv>

namespace roost::db {
namespace {

constexpr std::int64_t postgres_epoch_us = 946'684'800'000'000;

}  // namespace

void Rows::Clear::operator()(pg_result* result) const noexcept {
    PQclear(result);
}

int Rows::size() const noexcept {
    return PQntuples(result_.get());
}

std::int64_t Rows::affected() const noexcept {
    const std::string_view text = PQcmdTuples(result_.get());
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

bool Rows::is_null(int row, int column) const noexcept {
    return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Rows::text(int row, int column) const noexcept {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

// Network byte order, of 2, 4 or 8 bytes.
std::int64_t Rows::integer(int row, int column) const noexcept {
    const auto bytes = text(row, column);
    std::int64_t value = !bytes.empty() && static_cast<signed char>(bytes.front()) < 0 ? -1 : 0;
    for (const char byte : bytes)
        value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 8U |
                                          static_cast<unsigned char>(byte));
    return value;
}

bool Rows::boolean(int row, int column) const noexcept {
    return text(row, column) != std::string_view("\0", 1);
}

Timestamp Rows::timestamp(int row, int column) const noexcept {
    return Timestamp{integer(row, column) + postgres_epoch_us};
}

std::optional<std::string> Rows::maybe_text(int row, int column) const {
    if (is_null(row, column)) return std::nullopt;
    return std::string(text(row, column));
}

std::optional<std::int64_t> Rows::maybe_integer(int row, int column) const {
    if (is_null(row, column)) return std::nullopt;
    return integer(row, column);
}

std::optional<Timestamp> Rows::maybe_timestamp(int row, int column) const {
    if (is_null(row, column)) return std::nullopt;
    return timestamp(row, column);
}

}  // namespace roost::db
