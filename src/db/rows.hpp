// The rows of one result, in PostgreSQL's binary format.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result;

namespace roost::db {

// Rows and columns count from 0. Asking for another type than the column's is a programmer's error.
class Rows {
public:
    explicit Rows(pg_result* owned) : result_(owned) {}

    [[nodiscard]] int size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    // Rows that an INSERT, UPDATE or DELETE touched.
    [[nodiscard]] std::int64_t affected() const noexcept;

    [[nodiscard]] bool is_null(int row, int column) const noexcept;
    [[nodiscard]] std::string_view text(int row, int column) const noexcept;  // text, json, bytea
    [[nodiscard]] std::int64_t integer(int row, int column) const noexcept;   // int2, int4, int8
    [[nodiscard]] bool boolean(int row, int column) const noexcept;
    [[nodiscard]] Timestamp timestamp(int row, int column) const noexcept;  // timestamptz
    [[nodiscard]] std::optional<std::string> maybe_text(int row, int column) const;
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(int row, int column) const;
    [[nodiscard]] std::optional<Timestamp> maybe_timestamp(int row, int column) const;

private:
    struct Clear {
        void operator()(pg_result* result) const noexcept;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace roost::db
