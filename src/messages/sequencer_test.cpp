#include "messages/sequencer.hpp"

#include "support/held_topics.hpp"
#include "support/run_on_core.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <random>

namespace roost::messages {
namespace {

constexpr RoomId room_id{1};

struct Told {
    Seq place;
    std::string event;

    bool operator==(const Told&) const = default;
};

class Listener final : public pubsub::Subscriber {
public:
    void deliver(const pubsub::Broadcast& broadcast) override {
        told.push_back({broadcast.changed_seq, std::string(broadcast.frames[0]->view())});
    }
    std::vector<Told> told;
};

pubsub::FramePtr event_alone(const pubsub::Publication& publication, pubsub::Encoding) {
    return share(publication.event);
}

// A sequencer with a listener to room 1, and no database.
struct Fixture {
    Fixture() {
        hubs[0].connect(hubs);
        held.listen(core.cores()[0], hubs[0], "messages:room-1", listener);
        core.run([&] { return hubs[0].subscribe(listener); });
    }
    void publish(const Record& record) {
        core.call([&] { sequencer->publish(record); });
    }

    test::OneCore core;
    net::PerCore<pubsub::Hub> hubs{core.cores(), [this](net::Core& on) {
                                       return std::make_unique<pubsub::Hub>(core.cores(), on, event_alone);
                                   }};
    test::HeldTopics held;
    Listener listener;
    test::OnCore<RoomMemory> memory{core, std::size_t{1} << 20};
    test::OnCore<Sequencer> sequencer{core, hubs[0], *memory};
};

// A log as it is written: each place is a post or the change of an earlier message; what a record shows is
// the message as it is in the end.
struct Log {
    std::map<Seq, Seq> changed_at;  // message → its last place
    std::map<Seq, Seq> target_of;   // place → message
    std::map<Seq, bool> deletes;    // place → whether it is a deletion

    explicit Log(std::mt19937& random) {
        const Seq places = 5 + static_cast<Seq>(random() % 60);
        std::map<Seq, bool> is_deleted;
        for (Seq place = 1; place <= places; ++place) {
            Seq target = place;
            if (place > 1 && random() % 2 == 0) {
                target = 1 + static_cast<Seq>(random()) % (place - 1);
                if (!changed_at.contains(target) || is_deleted[target]) target = place;
            }
            deletes[place] = target != place && random() % 4 == 0;
            is_deleted[target] = deletes[place];
            target_of[place] = target;
            changed_at[target] = place;
        }
    }
    [[nodiscard]] Record record(Seq place) const {
        const auto target = target_of.at(place);
        const bool is_post = target == place;
        Record record{.seq = place, .is_post = is_post, .message = {}};
        record.message.id = {room_id, target};
        record.message.room = *rooms::RoomSlug::from("room-1");
        record.message.seq = target;
        record.message.changed_seq = is_post ? place : changed_at.at(target);
        if (deletes.at(place)) record.message.deleted_at = Timestamp{1};
        return record;
    }
    [[nodiscard]] bool is_superseded(Seq place) const {
        return target_of.at(place) != place && changed_at.at(target_of.at(place)) != place;
    }
    [[nodiscard]] std::string event(Seq place) const {
        if (target_of.at(place) == place) return "new_message";
        return deletes.at(place) ? "message_deleted" : "message_updated";
    }
};

}  // namespace

TEST_CASE("every place is told of once, in order and as what it is, but for changes that changed again") {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 random(seed);
        const Log log(random);
        Fixture fixture;
        std::vector<Told> expected;
        for (const auto& [place, target] : log.target_of) {
            if (!log.is_superseded(place)) expected.push_back({place, log.event(place)});
            // A range that was read leaves them out; a batch of ours does not.
            else if (random() % 2 == 0) continue;
            fixture.publish(log.record(place));
        }
        CHECK(fixture.listener.told == expected);
        const auto last = log.target_of.rbegin()->first;
        const auto missed = fixture.core.call([&] { return fixture.memory->since(room_id, 0); });
        if (log.is_superseded(last)) continue;
        CHECK(fixture.core.call([&] { return fixture.sequencer->published(room_id); }) == last);
        REQUIRE(missed.has_value());
        CHECK(missed->seq == last);
    }
}

TEST_CASE("a room that is followed stays where it was told to, and another one is not known") {
    Fixture fixture;
    const auto published = [&fixture](RoomId room) {
        return fixture.core.call([&] { return fixture.sequencer->published(room); });
    };
    CHECK_FALSE(published(room_id).has_value());
    const auto follow = [&fixture](Seq counter) {
        return fixture.core.call([&] { return fixture.sequencer->follow(room_id, counter); });
    };
    CHECK(follow(7));
    CHECK(follow(9));
    CHECK(published(room_id) == 7);
    CHECK_FALSE(published(RoomId{2}).has_value());
}

TEST_CASE("who has read up to a place before which nothing is told has to read again") {
    Fixture fixture;
    const auto follow = [&fixture](Seq counter) {
        return fixture.core.call([&] { return fixture.sequencer->follow(room_id, counter); });
    };
    CHECK(follow(7));
    std::mt19937 random(1);
    const Log log(random);
    REQUIRE(log.target_of.contains(8));
    fixture.publish(log.record(8));
    CHECK_FALSE(follow(6));
    CHECK(follow(7));
    CHECK(follow(8));
}

}  // namespace roost::messages
