#include "db/params.hpp"

namespace roost::db {
namespace {

// Network byte order.
template <class Unsigned>
void append_unsigned(std::string& out, Unsigned value) {
    for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> static_cast<unsigned>(shift));
}

// PostgreSQL counts microseconds from 2000-01-01T00:00:00Z.
constexpr std::int64_t postgres_epoch_us = 946'684'800'000'000;

}  // namespace

namespace detail {

void append(std::string& out, bool value) {
    out += value ? '\1' : '\0';
}

void append(std::string& out, std::int64_t value) {
    append_unsigned(out, static_cast<std::uint64_t>(value));
}

void append(std::string& out, std::string_view text) {
    out += text;
}

void append(std::string& out, Timestamp time) {
    append(out, time.unix_us() - postgres_epoch_us);
}

void append_u32(std::string& out, std::uint32_t value) {
    append_unsigned(out, value);
}

}  // namespace detail

// One dimension with lower bound 1 (src/backend/utils/adt/arrayfuncs.c, array_recv).
Params& Params::add_array(Type array, Type element, const std::string& elements, std::uint32_t count,
                          bool nulls) {
    std::string bytes;
    detail::append_u32(bytes, count == 0 ? 0 : 1);
    detail::append_u32(bytes, nulls ? 1 : 0);
    detail::append_u32(bytes, static_cast<std::uint32_t>(element));
    if (count > 0) {
        detail::append_u32(bytes, count);
        detail::append_u32(bytes, 1);
        bytes += elements;
    }
    values_.push_back({array, std::move(bytes)});
    return *this;
}

}  // namespace roost::db
