#include "cli/commands.hpp"
#include "cli/database.hpp"
#include "db/error.hpp"
#include "messages/log_check.hpp"
#include "rooms/room.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

namespace roost::cli {
namespace {

using messages::CheckedRoom;
using messages::CheckTotals;
using messages::Finding;

// One line of the terminal that is written again and again; nothing where standard error is none.
class ProgressLine {
public:
    ProgressLine() = default;
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const CheckedRoom& room, Seq place) {
        using namespace std::chrono_literals;
        const auto now = std::chrono::steady_clock::now();
        if (!is_terminal_ || now - shown_at_ < 200ms) return;
        shown_at_ = now;
        is_shown_ = true;
        fmt::print(stderr, "\r\x1b[Kroom {} ({}): place {}", room.id.value(), room.slug, place);
    }
    // What is printed next begins in an empty line.
    void clear() {
        if (is_shown_) fmt::print(stderr, "\r\x1b[K");
        is_shown_ = false;
    }

private:
    bool is_terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point shown_at_;
};

class Report : public messages::CheckListener {
public:
    void on_progress(const CheckedRoom& room, Seq place) override { progress_.show(room, place); }
    virtual void finish(const CheckTotals& totals) = 0;

protected:
    ProgressLine& progress() noexcept { return progress_; }

private:
    ProgressLine progress_;
};

// A line for each finding when it is found.
class TextReport final : public Report {
public:
    void on_finding(const CheckedRoom& room, const Finding& finding) override {
        say(room, finding.sentence());
    }
    void on_more(const CheckedRoom& room, Finding::Kind kind, std::int64_t count) override {
        say(room, fmt::format("and {} more of the kind {}", count, name_of(kind)));
    }
    void on_unerased(RoomId room, Seq first, Seq last) override {
        progress().clear();
        fmt::print("warning: room {} was removed, and its places {} to {} are still to be erased\n",
                   room.value(), first, last);
    }
    void finish(const CheckTotals& totals) override {
        progress().clear();
        fmt::print("Rooms: {}. Places: {}, of which messages: {}, changes: {}. Tombstones: {}.\n",
                   totals.rooms, totals.places, totals.messages, totals.changes, totals.tombstones);
        fmt::print("Findings: {}.\n", totals.findings);
    }

private:
    void say(const CheckedRoom& room, const std::string& sentence) {
        progress().clear();
        fmt::print("room {} ({}): {}\n", room.id.value(), room.slug, sentence);
    }
};

// One document, written when all is known.
class JsonReport final : public Report {
public:
    JsonReport() { findings_.open_array(); }

    void on_finding(const CheckedRoom& room, const Finding& finding) override {
        findings_.open_object().key("room_id").number(room.id.value());
        findings_.member("room", room.slug).member("kind", name_of(finding.kind));
        findings_.key("place").number(finding.place);
        findings_.member("text", finding.sentence()).close_object();
    }
    // The totals count them.
    void on_more(const CheckedRoom&, Finding::Kind, std::int64_t) override {}
    void on_unerased(RoomId room, Seq first, Seq last) override { unerased_.push_back({room, first, last}); }
    void finish(const CheckTotals& totals) override {
        progress().clear();
        schema::JsonWriter json;
        json.open_object();
        json.key("rooms").number(totals.rooms).key("places").number(totals.places);
        json.key("messages").number(totals.messages).key("changes").number(totals.changes);
        json.key("tombstones").number(totals.tombstones).key("found").number(totals.findings);
        json.key("findings").raw(findings_.close_array().str());
        json.key("unerased").open_array();
        for (const auto& left : unerased_) {
            json.open_object().key("room_id").number(left.room.value());
            json.key("first").number(left.first).key("last").number(left.last).close_object();
        }
        fmt::print("{}\n", json.close_array().close_object().str());
    }

private:
    struct Unerased {
        RoomId room;
        Seq first;
        Seq last;
    };

    schema::JsonWriter findings_;
    std::vector<Unerased> unerased_;
};

CheckTotals check(const std::string& conninfo, const CheckScope& scope, Report& report) {
    messages::LogCheck check(conninfo, report);
    if (scope.room.empty()) return check.check_all();
    rooms::RoomSlug slug;
    if (const auto fault = rooms::RoomSlug::parse(scope.room, slug))
        throw std::runtime_error(fmt::format("--room {}", fault->detail));
    const auto totals = check.check_one(slug);
    if (!totals) throw std::runtime_error(fmt::format("there is no room {}", slug.str()));
    return *totals;
}

}  // namespace

int db_check(const Settings& settings, const CheckScope& scope) {
    constexpr std::string_view undefined_table = "42P01", undefined_column = "42703";
    const Database database(settings, Database::Mode::command);
    const std::unique_ptr<Report> report = scope.as_json
                                               ? std::unique_ptr<Report>(std::make_unique<JsonReport>())
                                               : std::make_unique<TextReport>();
    try {
        const auto totals = check(database.conninfo(), scope, *report);
        report->finish(totals);
        return totals.findings == 0 ? 0 : 1;
    } catch (const db::Error& error) {
        if (error.sqlstate() != undefined_table && error.sqlstate() != undefined_column) throw;
        throw std::runtime_error("the database has other tables than this roost: see roost db status");
    }
}

}  // namespace roost::cli
