#include "append/copy_load.hpp"

#include "append/posts.hpp"
#include "core/clock.hpp"
#include "db/params.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <memory>
#include <stdexcept>
#include <string_view>

namespace roost::append_bench {
namespace {

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using ConnectionPtr = std::unique_ptr<PGconn, Finish>;
using ResultPtr = std::unique_ptr<PGresult, Finish>;

// Those that a post fills; the others are null there, too.
constexpr std::string_view columns =
    "room_id, seq, changed_seq, author_id, author_name, content, writer, inserted_at, updated_at";
constexpr std::int64_t writer = 0x1234'5678'9abc'def0;

class TextRows {
public:
    static constexpr std::string_view option = "FORMAT text";
    explicit TextRows(std::string& out) : out_(out) {}

    void begin() {}
    void row(std::size_t) {}
    void add(std::int64_t value) { fmt::format_to(std::back_inserter(out_), "{}\t", value); }
    void add(std::string_view text) { (out_ += text) += '\t'; }  // none of ours needs an escape
    void add(Timestamp time) { (out_ += time.rfc3339()) += '\t'; }
    void end_row() { out_.back() = '\n'; }
    void end() {}

private:
    std::string& out_;
};

class BinaryRows {
public:
    static constexpr std::string_view option = "FORMAT binary";
    explicit BinaryRows(std::string& out) : out_(out) {}

    // The signature, no flags, no extension (PostgreSQL's manual, COPY, "Binary Format").
    void begin() { out_.append("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19); }
    void row(std::size_t fields) { add_u16(fields); }
    template <class T>
    void add(const T& value) {
        field_.clear();
        db::detail::append(field_, value);
        db::detail::append_u32(out_, static_cast<std::uint32_t>(field_.size()));
        out_ += field_;
    }
    void end_row() {}
    void end() { add_u16(0xffff); }

private:
    void add_u16(std::size_t value) {
        out_ += static_cast<char>(value >> 8);
        out_ += static_cast<char>(value & 0xff);
    }

    std::string& out_;
    std::string field_;
};

template <class Rows>
std::string batch(const CopyOptions& options, std::uint64_t number) {
    std::string out;
    Rows rows(out);
    rows.begin();
    const auto at = Timestamp::now();
    for (std::int64_t room = 1; room <= options.rows_per_batch; ++room) {
        rows.row(options.has_client_ids ? 10 : 9);
        rows.add(room);
        const auto seq = static_cast<std::int64_t>(number);
        rows.add(seq);
        rows.add(seq);
        rows.add(author_id);
        rows.add(std::string_view(author_name));
        rows.add(std::string_view(content_of(room)));
        rows.add(writer);
        rows.add(at);
        rows.add(at);
        if (options.has_client_ids) rows.add(std::string_view(client_id_of(room, number)));
        rows.end_row();
    }
    rows.end();
    return out;
}

std::string make_batch(const CopyOptions& options, std::uint64_t number) {
    return options.format == CopyFormat::binary ? batch<BinaryRows>(options, number)
                                                : batch<TextRows>(options, number);
}

void expect(bool is_so, PGconn* connection) {
    if (!is_so) throw std::runtime_error(fmt::format("COPY: {}", PQerrorMessage(connection)));
}

}  // namespace

CopyLoad::CopyLoad(const std::string& conninfo, const CopyOptions& options)
    : options_(options), thread_([this, conninfo] {
          try {
              run(conninfo);
          } catch (...) {
              failure_ = std::current_exception();
          }
      }) {}

CopyLoad::~CopyLoad() {
    is_enough_ = true;
    if (thread_.joinable()) thread_.join();
}

void CopyLoad::finish() {
    is_enough_ = true;
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
}

void CopyLoad::run(const std::string& conninfo) {
    const ConnectionPtr owner(PQconnectdb(conninfo.c_str()));
    auto* const connection = owner.get();
    expect(PQstatus(connection) == CONNECTION_OK, connection);
    const auto option = options_.format == CopyFormat::binary ? BinaryRows::option : TextRows::option;
    const auto copy = fmt::format("COPY messages ({}{}) FROM STDIN ({})", columns,
                                  options_.has_client_ids ? ", client_id" : "", option);
    std::uint64_t number = 1;
    auto rows = make_batch(options_, number);
    while (!is_enough_) {
        const ResultPtr start(PQexec(connection, copy.c_str()));
        expect(PQresultStatus(start.get()) == PGRES_COPY_IN, connection);
        expect(PQputCopyData(connection, rows.data(), static_cast<int>(rows.size())) == 1, connection);
        expect(PQputCopyEnd(connection, nullptr) == 1, connection);
        rows = make_batch(options_, ++number);
        const ResultPtr end(PQgetResult(connection));
        expect(PQresultStatus(end.get()) == PGRES_COMMAND_OK, connection);
        const ResultPtr nothing(PQgetResult(connection));
        rows_ += static_cast<std::uint64_t>(options_.rows_per_batch);
    }
}

}  // namespace roost::append_bench
