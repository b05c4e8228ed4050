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

template <class Read>
Task<RememberedRoom> RoomReader::load(RoomId room, Read read) {
    Loading loading(*this, room);
    try {
        auto asked = memory_.asks(room);
        auto remembered = co_await read();
        // What another process wrote between this reading and the writer's first look at the counter is told
        // to nobody. The next reading has it, for it begins after that look.
        if (!sequencer_.follow(room, remembered.counter())) {
            asked = memory_.asks(room);
            remembered = co_await read();
        }
        if (sequencer_.follow(room, remembered.counter())) memory_.keep(room, asked, remembered);
        co_return remembered;
    } catch (...) {
        loading.failed();
        throw;
    }
}

Task<History> RoomReader::latest(rooms::Room room, std::size_t limit) {
    auto known = memory_.latest(room.id, limit);
    while (!known && co_await waited_for(room.id)) known = memory_.latest(room.id, limit);
    if (!known) {
        auto read = [&] { return read_latest(room); };
        const auto remembered = co_await load(room.id, read);
        known = memory_.latest(room.id, limit);  // the text that all share
        if (!known) known = remembered.latest(room.id, limit);
    }
    sequencer_.follow(room.id, known->seq);
    co_return std::move(*known);
}

Task<Missed> RoomReader::since(rooms::Room room, Seq place) {
    auto known = memory_.since(room.id, place);
    while (!known && co_await waited_for(room.id)) known = memory_.since(room.id, place);
    if (!known) {
        auto read = [&] { return read_changes(room, place); };
        const auto remembered = co_await load(room.id, read);
        // A place that the room never had: it is another room, or an older one, and nothing continues.
        const bool was_there = place <= remembered.counter();
        known = remembered.since(room.id, was_there ? place : 0);
        known->complete = known->complete && was_there;
    }
    sequencer_.follow(room.id, known->seq);
    co_return std::move(*known);
}

Task<RememberedRoom> RoomReader::read_latest(const rooms::Room& room) {
    const auto page = co_await store_.page(room, PageBounds());
    co_return RememberedRoom::of_latest(page.seq, encoded(page.messages));
}

Task<RememberedRoom> RoomReader::read_changes(const rooms::Room& room, Seq place) {
    const auto changes = co_await store_.changes(room, place);
    co_return RememberedRoom::of_changes(changes.floor, changes.seq, encoded(changes.messages));
}

}  // namespace roost::messages
