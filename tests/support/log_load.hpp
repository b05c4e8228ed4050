// Clients that post, edit and delete at random, and remember what they were told.
#pragma once

#include "net/timer.hpp"
#include "support/message_log.hpp"

#include <atomic>
#include <climits>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace roost::test {

// What a client was told to be stored at one place of a log.
struct Told {
    MessageId id;
    Seq changed_seq = 0;
    std::string content;  // empty: deleted
};

struct Load {
    std::int64_t rooms = 3;  // 1 to this
    Seq shared = 0;          // messages 1 to this of each room are there, and everybody changes them
    int most = INT_MAX;      // entries of each client
    std::atomic<bool> enough = false;
    std::atomic<int> told = 0;
};

class Talker {
public:
    Talker(Load& load, messages::LogWriter& writer, std::size_t number)
        : load_(load), writer_(writer), number_(number), random_(static_cast<unsigned>(number)) {}

    // An entry whose fate is not told is not tried again, as by a client that cannot.
    static Task<std::vector<Told>> talk(Talker talker) {
        for (int i = 0; i < talker.load_.most && !talker.load_.enough; ++i) {
            bool was_lost = false;
            try {
                co_await talker.append_one(i);
            } catch (const db::Unavailable&) {
                was_lost = true;
            }
            if (was_lost) co_await net::sleep_for(std::chrono::milliseconds(5));
        }
        co_return std::move(talker.told_);
    }

private:
    Task<void> append_one(int i) {
        const auto content = fmt::format("{} of {}", i, number_);
        const auto target = some_message();
        if (!target || random_() % 2 == 0) {
            auto post = post_to(some_room(), content);
            keep(co_await writer_.append(std::move(post)), content);
        } else if (random_() % 4 > 0) {
            auto edit = edit_of(*target, content);
            keep(co_await writer_.append(std::move(edit)), content);
        } else {
            auto deletion = deletion_of(*target);
            keep(co_await writer_.append(std::move(deletion)), "");
        }
    }
    void keep(const Result<messages::Posted>& outcome, const std::string& content) {
        if (!outcome) {
            CHECK(outcome.error().errc() == Errc::message_deleted);
            return;
        }
        const auto& message = outcome->message;
        CHECK(message.deleted_at.has_value() == content.empty());
        if (!outcome->is_new) return;
        if (message.changed_seq == message.seq) mine_.push_back(message.id);
        told_.push_back({message.id, message.changed_seq, content});
        ++load_.told;
    }
    std::int64_t some_room() { return 1 + static_cast<std::int64_t>(random_()) % load_.rooms; }
    std::optional<MessageId> some_message() {
        if (load_.shared > 0 && random_() % 2 == 0)
            return MessageId{RoomId{some_room()}, 1 + static_cast<Seq>(random_()) % load_.shared};
        if (mine_.empty()) return std::nullopt;
        return mine_[random_() % mine_.size()];
    }

    Load& load_;
    messages::LogWriter& writer_;
    std::size_t number_;
    std::mt19937 random_;
    std::vector<MessageId> mine_;
    std::vector<Told> told_;
};

// Clients of one node.
inline auto start_talking(LogNode& node, Load& load, std::size_t clients, std::size_t first_number = 0) {
    return node.core.start_all(clients, [&node, &load, first_number](std::size_t i) {
        return Talker::talk(Talker(load, *node.writer, first_number + i));
    });
}

}  // namespace roost::test
