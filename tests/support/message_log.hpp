// A room's log for tests: a migrated database, a hub with a subscriber that writes down what it gets, and
// posts and changes to append.
#pragma once

#include "db/connection.hpp"
#include "messages/log_writer.hpp"
#include "pubsub/hub.hpp"
#include "support/cluster.hpp"
#include "support/held_topics.hpp"
#include "support/run_on_core.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace roost::test {

// Room n of a test is `room-n`, with the id n.
inline rooms::Room room(std::int64_t number) {
    return {RoomId{number}, *rooms::RoomSlug::from(fmt::format("room-{}", number)), "", false};
}

inline messages::Post post_to(std::int64_t number, const std::string& content,
                              const char* client_id = nullptr) {
    messages::Post post{.room = room(number),
                        .author = {UserId{7}, "Ann"},
                        .content = *messages::MessageContent::from(content),
                        .metadata = std::nullopt,
                        .client_id = std::nullopt};
    if (client_id != nullptr) post.client_id = messages::ClientId(client_id);
    return post;
}

inline messages::Change edit_of(MessageId id, const std::string& content) {
    return {
        .room = room(id.room.value()), .target = id.seq, .content = messages::MessageContent::from(content)};
}

inline messages::Change deletion_of(MessageId id) {
    return {.room = room(id.room.value()), .target = id.seq, .content = std::nullopt};
}

// Writes down the places, the events and the payloads in the order of their arrival.
class Listener final : public pubsub::Subscriber {
public:
    void deliver(const pubsub::Broadcast& broadcast) override {
        places.push_back(broadcast.changed_seq);
        const auto frame = broadcast.frames[0]->view();
        events.emplace_back(frame.substr(0, frame.find(' ')));
        payloads.emplace_back(frame.substr(frame.find(' ') + 1));
    }
    [[nodiscard]] bool has(std::int64_t place) const {
        return std::ranges::find(places, place) != places.end();
    }
    // 1, 2, 3 … each once.
    [[nodiscard]] bool has_no_hole() const {
        return (places.empty() || places.front() == 1) && is_in_order();
    }
    // The same from any place on.
    [[nodiscard]] bool is_in_order() const {
        for (std::size_t i = 1; i < places.size(); ++i)
            if (places[i] != places[i - 1] + 1) return false;
        return true;
    }

    std::vector<std::int64_t> places;
    std::vector<std::string> events;
    std::vector<std::string> payloads;
};

inline pubsub::FramePtr encode_for_listener(const pubsub::Publication& publication, pubsub::Encoding) {
    return share(publication.event + ' ' + publication.payload);
}

// One server process, as far as a log needs it: a hub and a writer on a core of their own.
class LogNode {
public:
    explicit LogNode(db::ConnectionOptions options, const messages::LogWriterLimits& limits = {})
        : memory(core, std::size_t{1} << 20), sequencer(core, hubs[0], *memory),
          writer(core, std::move(options), *sequencer, limits) {}

    template <class AnyEntry>
    auto append(AnyEntry entry) {
        return core.run([this, &entry] { return writer->append(std::move(entry)); });
    }
    void listen(std::int64_t number, Listener& listener) {
        held_.listen(core.cores()[0], hubs[0], "messages:" + room(number).slug.str(), listener);
        core.run([&] { return hubs[0].subscribe(listener); });
    }

    OneCore core;
    net::PerCore<pubsub::Hub> hubs{core.cores(), [this](net::Core& on) { return make_hub(on); }};
    OnCore<messages::RoomMemory> memory;
    OnCore<messages::Sequencer> sequencer;
    OnCore<messages::LogWriter> writer;

private:
    HeldTopics held_;
    std::unique_ptr<pubsub::Hub> make_hub(net::Core& on) {
        auto hub = std::make_unique<pubsub::Hub>(core.cores(), on, encode_for_listener);
        hub->connect(hubs);
        return hub;
    }
};

// The database behind one or more nodes, and a look at what is stored there.
class LogDatabase {
public:
    LogDatabase() : conninfo(fresh_database()), admin(conninfo) {}

    [[nodiscard]] db::ConnectionOptions options() const { return {.conninfo = conninfo}; }

    std::string one(const std::string& sql) { return admin.query(sql).at(0).at(0).value_or("null"); }
    std::int64_t number(const std::string& sql) { return std::stoll(one(sql)); }
    // A row of another server process.
    void insert_of_another(std::int64_t room, std::int64_t seq, const std::string& content,
                           std::optional<std::string> client_id = std::nullopt) {
        admin.query(
            "insert into messages (room_id, seq, changed_seq, author_id, author_name, content, client_id, "
            "writer) values ($1::bigint, $2::bigint, $2::bigint, 7, 'Ann', $3, $4, 1)",
            {std::to_string(room), std::to_string(seq), content, std::move(client_id)});
    }
    // A change by another server process: a deletion without a content.
    void change_of_another(std::int64_t room, std::int64_t seq, std::int64_t target,
                           const std::optional<std::string>& content = std::nullopt) {
        admin.query(
            "with record as (insert into messages (room_id, seq, target_seq, changed_seq, writer) "
            "values ($1::bigint, $2::bigint, $3::bigint, $2::bigint, 1)) "
            "update messages set changed_seq = $2::bigint, updated_at = now(), content = coalesce($4, ''), "
            "metadata = case when $4 is null then null else metadata end, "
            "deleted_at = case when $4 is null then now() end "
            "where room_id = $1::bigint and seq = $3::bigint",
            {std::to_string(room), std::to_string(seq), std::to_string(target), content});
    }
    // Rooms whose places are not 1, 2, 3 …
    std::int64_t rooms_with_holes() {
        return number(
            "select count(*) from (select room_id from messages group by room_id "
            "having count(*) <> max(seq)) as holed");
    }
    std::string content_of(std::int64_t room, std::int64_t seq) {
        return one(fmt::format("select content from messages where room_id = {} and seq = {}", room, seq));
    }
    // Kills the backends of all nodes.
    std::int64_t terminate_backends() {
        return number(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()");
    }
    // From now on a row with this content does `action` in the database: before it is stored, or after the
    // whole statement's rows are and before they are committed.
    void before_row_with(const std::string& content, const std::string& action) {
        on_row_with(content, "before", action);
    }
    void after_row_with(const std::string& content, const std::string& action) {
        on_row_with(content, "after", action);
    }
    // Waits until one of this database's backends sleeps.
    void until_asleep() {
        until(
            "exists (select from pg_stat_activity where wait_event = 'PgSleep' "
            "and datname = current_database())");
    }
    void until(const std::string& claim) {
        const auto deadline = Clock::now() + patience;
        while (one("select " + claim) != "t") {
            if (Clock::now() > deadline) throw std::runtime_error("it does not come about: " + claim);
            std::this_thread::yield();
        }
    }

    std::string conninfo;
    db::BlockingConnection admin;

private:
    void on_row_with(const std::string& content, const char* when, const std::string& action) {
        admin.exec(
            fmt::format("create function act_{0}() returns trigger language plpgsql as $$ begin {1} "
                        "return new; end $$; create trigger act_{0} {0} insert on messages for each row "
                        "when (new.content = '{2}') execute function act_{0}();",
                        when, action, content));
    }
};

}  // namespace roost::test
