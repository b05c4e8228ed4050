#include "messages/room_reader.hpp"

namespace roost::messages {
namespace {

std::vector<EncodedMessage> encoded(const std::vector<Message>& messages) {
    std::vector<EncodedMessage> list;
    list.reserve(messages.size());
    for (const auto& message : messages) list.push_back(EncodedMessage::of(message));
    return list;
}

}  // namespace

// While it lives, the room is being read; then those who waited go on.
class RoomReader::Loading {
public:
    Loading(RoomReader& reader, RoomId room)
        : reader_(reader), room_(room), load_(reader.loads_[room] = std::make_shared<Load>()) {}
    ~Loading() {
        reader_.loads_.erase(room_);
        for (const auto waiting : std::exchange(load_->waiting, {})) waiting.resume();
    }
    Loading(const Loading&) = delete;
    Loading& operator=(const Loading&) = delete;

    void failed() { load_->failure = std::current_exception(); }

private:
    RoomReader& reader_;
    RoomId room_;
    std::shared_ptr<Load> load_;
};

Task<bool> RoomReader::waited_for(RoomId room) {
    struct Wait {
        Load& load;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> caller) const { load.waiting.push_back(caller); }
        void await_resume() const noexcept {}
    };
    const auto found = loads_.find(room);
    if (found == loads_.end()) co_return false;
    const auto load = found->second;
    Wait wait{*load};
    co_await wait;
    if (load->failure) std::rethrow_exception(load->failure);
    co_return true;
}

Task<History> RoomReader::latest(rooms::Room room, std::size_t limit) {
    while (true) {
        if (auto known = memory_.latest(room.id, limit)) {
            sequencer_.follow(room.id, known->seq);
            co_return std::move(*known);
        }
        if (co_await waited_for(room.id)) continue;
        Loading loading(*this, room.id);
        try {
            const auto asked = memory_.asks(room.id);
            const auto page = co_await store_.page(room, PageBounds());
            const auto read = RememberedRoom::of_latest(page.seq, encoded(page.messages));
            auto history = *read.latest(room.id, limit);
            memory_.keep(room.id, asked, read);
            sequencer_.follow(room.id, read.counter());
            co_return history;
        } catch (...) {
            loading.failed();
            throw;
        }
    }
}

Task<Missed> RoomReader::since(rooms::Room room, Seq place) {
    while (true) {
        if (auto known = memory_.since(room.id, place)) {
            sequencer_.follow(room.id, known->seq);
            co_return std::move(*known);
        }
        if (co_await waited_for(room.id)) continue;
        Loading loading(*this, room.id);
        try {
            const auto asked = memory_.asks(room.id);
            const auto changes = co_await store_.changes(room, place);
            auto read = RememberedRoom::of_changes(changes.floor, changes.seq, encoded(changes.messages));
            memory_.keep(room.id, asked, read);
            sequencer_.follow(room.id, read.counter());
            // A place that the room never had: it is another room, or an older one, and nothing continues.
            const bool was_there = place <= changes.seq;
            auto missed = *read.since(room.id, was_there ? place : 0);
            missed.complete = missed.complete && was_there;
            co_return missed;
        } catch (...) {
            loading.failed();
            throw;
        }
    }
}

}  // namespace roost::messages
