#include "messages/remembered_room.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <random>

namespace roost::messages {
namespace {

constexpr RoomId room{1};

EncodedMessage message(Seq seq, Seq changed_seq) {
    return {seq, changed_seq, share(fmt::format(R"("{}@{}")", seq, changed_seq))};
}

std::string list_of(const std::vector<EncodedMessage>& messages) {
    std::string list = "[";
    for (const auto& one : messages) {
        if (list.size() > 1) list += ',';
        list += one.text->view();
    }
    return list + ']';
}

// A room's whole log, as simply as it can be said: which messages there are, and where each changed last.
class Log {
public:
    EncodedMessage post() {
        ++counter_;
        return changed(counter_);
    }
    EncodedMessage change(Seq seq) {
        ++counter_;
        return changed(seq);
    }
    [[nodiscard]] Seq counter() const { return counter_; }
    [[nodiscard]] bool empty() const { return messages_.empty(); }
    // Any of the messages.
    template <class Random>
    Seq some(Random& random) const {
        return std::next(messages_.begin(), static_cast<std::ptrdiff_t>(random() % messages_.size()))->first;
    }
    [[nodiscard]] std::vector<EncodedMessage> latest(std::size_t limit = latest_messages) const {
        std::vector<EncodedMessage> all;
        for (const auto& [seq, changed_seq] : messages_) all.push_back(message(seq, changed_seq));
        const auto surplus = all.size() > limit ? all.size() - limit : 0;
        return {all.begin() + static_cast<std::ptrdiff_t>(surplus), all.end()};
    }
    [[nodiscard]] std::vector<EncodedMessage> since(Seq place) const {
        std::map<Seq, Seq> by_change;
        for (const auto& [seq, changed_seq] : messages_)
            if (changed_seq > place) by_change[changed_seq] = seq;
        std::vector<EncodedMessage> all;
        for (const auto& [changed_seq, seq] : by_change) all.push_back(message(seq, changed_seq));
        return all;
    }

private:
    EncodedMessage changed(Seq seq) {
        messages_[seq] = counter_;
        return message(seq, counter_);
    }

    Seq counter_ = 0;
    std::map<Seq, Seq> messages_;  // seq → changed_seq
};

// What is remembered is right wherever it says anything, and it says something above its floor.
void check(const RememberedRoom& remembered, const Log& log) {
    for (const std::size_t limit : {latest_messages, std::size_t{7}, std::size_t{1}}) {
        const auto latest = remembered.latest(room, limit);
        if (!latest) continue;
        CHECK(latest->seq == log.counter());
        CHECK(latest->messages.text() == list_of(log.latest(limit)));
        CHECK(latest->last == (log.empty() ? 0 : log.latest(1).back().seq));
    }
    for (Seq place = 0; place <= log.counter(); ++place) {
        const auto missed = remembered.since(room, place);
        CHECK(missed.has_value() == (place >= remembered.floor()));
        if (!missed) continue;
        CHECK(missed->complete);
        CHECK(missed->seq == log.counter());
        CHECK(missed->messages.text() == list_of(log.since(place)));
    }
    CHECK_FALSE(remembered.since(room, log.counter() + 1).has_value());
}

RememberedRoom read_changes(const Log& log, Seq floor) {
    return RememberedRoom::of_changes(floor, log.counter(), log.since(floor));
}

RememberedRoom read_latest(const Log& log) {
    return RememberedRoom::of_latest(log.counter(), log.latest());
}

}  // namespace

TEST_CASE("what was never told of and never read is not known") {
    RememberedRoom remembered;
    CHECK_FALSE(remembered.latest(room, 50).has_value());
    CHECK_FALSE(remembered.since(room, 0).has_value());
    CHECK(remembered.bytes() == 0);
}

TEST_CASE("a room without messages is known to have none") {
    RememberedRoom remembered;
    REQUIRE(remembered.adopt(RememberedRoom::of_latest(0, {})));
    CHECK(remembered.latest(room, 50)->messages.text() == "[]");
    CHECK(remembered.latest(room, 50)->first == 0);
    CHECK(remembered.since(room, 0)->messages.text() == "[]");
    CHECK(remembered.since(room, 0)->complete);
}

TEST_CASE("a room that was read while it was written to is remembered as it is") {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        std::mt19937 random(seed);
        Log log;
        RememberedRoom remembered;
        std::optional<RememberedRoom> read;  // some time ago
        const auto steps = 20 + random() % 150;
        for (unsigned step = 0; step < steps; ++step) {
            switch (random() % 10) {
                case 0: read = read_latest(log); break;
                case 1: read = read_changes(log, static_cast<Seq>(random()) % (log.counter() + 1)); break;
                case 2:
                    if (read) remembered.adopt(*read);
                    break;
                case 3:
                    if (random() % 4 == 0) remembered.drop_oldest_change();
                    break;
                default:
                    const bool is_change = !log.empty() && random() % 2 == 0;
                    remembered.add(is_change ? log.change(log.some(random)) : log.post());
            }
            const bool is_up_to_date = remembered.is_known() && remembered.counter() == log.counter();
            if (is_up_to_date && step % 5 == 0) check(remembered, log);
        }
        if (remembered.adopt(read_latest(log))) check(remembered, log);
        if (remembered.adopt(read_changes(log, 0))) check(remembered, log);
        CHECK(remembered.floor() == 0);
        while (remembered.drop_oldest_change())
            if (remembered.floor() % 10 == 0) check(remembered, log);
        // Nothing but the newest messages is left, and their text.
        const auto latest = remembered.latest(room, latest_messages);
        RememberedRoom alone = read_latest(log);
        CHECK(alone.latest(room, latest_messages)->messages.text() == latest->messages.text());
        // Each may stand in a chunk with holes.
        CHECK(remembered.bytes() < alone.bytes() + latest->count * 1'024);
    }
}

TEST_CASE("what was read before the floor or after the counter does not fit") {
    Log log;
    for (int i = 0; i < 5; ++i) log.post();
    const auto early = read_latest(log);
    log.post();
    RememberedRoom remembered;
    remembered.add(log.post());
    CHECK(remembered.floor() == 6);
    CHECK_FALSE(remembered.adopt(early));
    CHECK_FALSE(remembered.latest(room, 50).has_value());
    log.post();
    CHECK_FALSE(remembered.adopt(read_latest(log)));
    remembered.add(message(8, 8));
    CHECK(remembered.adopt(read_latest(log)));
    check(remembered, log);
}

TEST_CASE("a place that is told of twice counts once, and places between stand for messages that changed") {
    Log log;
    RememberedRoom remembered = read_changes(log, 0);
    remembered.add(log.post());
    remembered.add(message(1, 1));
    log.change(1);
    log.change(1);
    remembered.add(log.change(1));
    CHECK(remembered.since(room, 0)->messages.text() == R"(["1@4"])");
    CHECK(remembered.since(room, 3)->messages.text() == R"(["1@4"])");
    CHECK(remembered.since(room, 4)->messages.text() == "[]");
}

TEST_CASE("more than anybody gets is the newest, and not complete") {
    Log log;
    RememberedRoom remembered = read_changes(log, 0);
    const auto count = static_cast<Seq>(most_missed) + 10;
    for (Seq i = 0; i < count; ++i) remembered.add(log.post());
    CHECK(remembered.floor() == 9);
    const auto all = remembered.since(room, 0);
    REQUIRE(all.has_value());
    CHECK_FALSE(all->complete);
    CHECK(all->messages.text() == list_of(log.since(10)));
    CHECK_FALSE(remembered.since(room, 9)->complete);
    CHECK(remembered.since(room, 10)->complete);
}

TEST_CASE("a message that changes again and again does not fill the memory") {
    Log log;
    RememberedRoom remembered = read_changes(log, 0);
    remembered.add(log.post());
    for (Seq i = 0; i < most_missed_places + 100; ++i) remembered.add(log.change(1));
    CHECK(log.counter() - remembered.floor() == most_missed_places);
    CHECK_FALSE(remembered.since(room, 0)->complete);
    CHECK(remembered.since(room, remembered.floor())->complete);
    CHECK(remembered.since(room, 0)->messages.text() == list_of(log.since(0)));
}

TEST_CASE("what somebody missed is bounded in bytes, but never nothing") {
    RememberedRoom remembered = RememberedRoom::of_changes(0, 0, {});
    const auto large = share('"' + std::string(most_missed_bytes / 2 - 100, 'x') + '"');
    for (Seq place = 1; place <= 3; ++place) remembered.add({place, place, large});
    const auto missed = remembered.since(room, 0);
    CHECK_FALSE(missed->complete);
    CHECK(missed->messages.text().size() < most_missed_bytes);
    CHECK(missed->messages.text().size() > most_missed_bytes / 2);
    const auto huge = share('"' + std::string(2 * most_missed_bytes, 'x') + '"');
    remembered.add({4, 4, huge});
    CHECK(remembered.since(room, 0)->messages.text().size() > 2 * most_missed_bytes);
    CHECK(remembered.since(room, 3)->complete);
}

}  // namespace roost::messages
