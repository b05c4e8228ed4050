#include "messages/remembered_room.hpp"

#include <algorithm>

namespace roost::messages {
RememberedRoom RememberedRoom::of_latest(Seq counter, const std::vector<EncodedMessage>& latest) {
    RememberedRoom room;
    room.counter_ = room.floor_ = counter;
    room.latest_.emplace();
    for (const auto& message : latest) room.latest_->push_back(room.keep(message));
    return room;
}

RememberedRoom RememberedRoom::of_changes(Seq floor, Seq counter,
                                          const std::vector<EncodedMessage>& changes) {
    RememberedRoom room;
    room.counter_ = room.floor_ = floor;
    for (const auto& message : changes) room.push(room.keep(message));
    if (room.counter_ < counter) room.push({.seq = 0, .changed_seq = counter, .text = {}});
    return room;
}

std::size_t RememberedRoom::bytes() const noexcept {
    constexpr std::size_t of_a_change = 56;  // in the table: the pair, its node and its part of the buckets
    const auto kept = tail_.size() + (latest_ ? latest_->size() : 0);
    return texts_.bytes() + kept * sizeof(Kept) + changed_at_.size() * of_a_change +
           (latest_array_ ? latest_array_->size() : 0);
}

RememberedRoom::Kept RememberedRoom::keep(const EncodedMessage& message) {
    if (!message.text) return {.seq = 0, .changed_seq = message.changed_seq, .text = {}};
    return {message.seq, message.changed_seq, texts_.add(message.text->view())};
}

RememberedRoom::Kept RememberedRoom::keep(const RememberedRoom& read, const Kept& message) {
    return {message.seq, message.changed_seq, texts_.add(read.texts_.view(message.text))};
}

void RememberedRoom::add(const EncodedMessage& message) {
    if (!is_known()) counter_ = floor_ = message.changed_seq - 1;
    if (message.changed_seq <= counter_) return;
    latest_array_.reset();
    const auto kept = keep(message);
    push(kept);
    if (latest_ && !kept.text.empty()) show(kept);
    bound();
}

void RememberedRoom::push(const Kept& message) {
    while (counter_ + 1 < message.changed_seq) {
        tail_.emplace_back();
        ++counter_;
    }
    if (!message.text.empty()) {
        supersede(message.seq);
        if (message.seq != message.changed_seq) changed_at_[message.seq] = message.changed_seq;
        ++live_;
    }
    tail_.push_back(message);
    ++counter_;
}

Seq RememberedRoom::place_of(Seq message) const {
    if (const auto changed = changed_at_.find(message); changed != changed_at_.end()) return changed->second;
    const bool is_there = message > floor_ && message <= counter_ && !at(message).text.empty();
    return is_there ? message : 0;
}

// Its newer state is shown next, wherever the old one is.
void RememberedRoom::supersede(Seq message) {
    const auto place = place_of(message);
    if (place == 0) return;
    auto& old = tail_[static_cast<std::size_t>(place - floor_ - 1)];
    texts_.remove(old.text);
    old = {};
    --live_;
    changed_at_.erase(message);
}

// Puts it among the newest messages, in its place, unless it is older than all or a newer state of it is
// there: false.
bool RememberedRoom::show(const Kept& message) {
    const bool is_newest = latest_->empty() || latest_->back().seq < message.seq;
    auto place = is_newest ? latest_->end() : std::ranges::lower_bound(*latest_, message.seq, {}, &Kept::seq);
    const bool is_there = place != latest_->end() && place->seq == message.seq;
    // What stands in the tail goes with it.
    const auto take_out = [this](const Kept& old) {
        if (!has_tail(old)) texts_.remove(old.text);
    };
    if (is_there) {
        if (place->changed_seq >= message.changed_seq) return false;
        take_out(*place);
        *place = message;
        return true;
    }
    const bool is_older_than_all = place == latest_->begin() && latest_->size() >= latest_messages;
    if (is_older_than_all) return false;
    // Older messages that are not among the newest exist only where these are as many as are kept.
    latest_->insert(place, message);
    if (latest_->size() > latest_messages) {
        take_out(latest_->front());
        latest_->pop_front();
    }
    return true;
}

// Most changes that go are of messages older than all that are shown: one look, for a room's memory is cold.
const RememberedRoom::Kept* RememberedRoom::shown(const Kept& message) const {
    if (!latest_ || latest_->empty() || message.seq < latest_->front().seq) return nullptr;
    const auto place = std::ranges::lower_bound(*latest_, message.seq, {}, &Kept::seq);
    return place != latest_->end() && place->changed_seq == message.changed_seq ? &*place : nullptr;
}

bool RememberedRoom::drop_oldest_change() {
    if (tail_.empty()) return false;
    const auto oldest = tail_.front();
    tail_.pop_front();
    ++floor_;
    if (oldest.text.empty()) return true;
    --live_;
    if (oldest.seq != oldest.changed_seq) changed_at_.erase(oldest.seq);
    if (shown(oldest) == nullptr) texts_.remove(oldest.text);
    return true;
}

void RememberedRoom::bound() {
    while (live_ > most_missed + 1 || tail_.size() > static_cast<std::size_t>(most_missed_places))
        drop_oldest_change();
}

bool RememberedRoom::adopt(const RememberedRoom& read) {
    if (!is_known()) {
        *this = read;
        bound();
        return true;
    }
    // What was read must end among the places that are known here one by one.
    if (read.counter_ < floor_ || read.counter_ > counter_) return false;
    if (read.latest_ && !latest_) adopt_latest(read);
    if (read.floor_ < floor_) prepend(read);
    bound();
    return true;
}

void RememberedRoom::adopt_latest(const RememberedRoom& read) {
    latest_array_.reset();
    latest_.emplace();
    for (const auto& message : *read.latest_) {
        // One that changed again is not in the tail; its newer state is shown below.
        if (has_tail(message)) show({message.seq, message.changed_seq, at(message.changed_seq).text});
        else show(keep(read, message));
    }
    for (const auto& message : tail_)
        if (!message.text.empty() && message.changed_seq > read.counter_) show(message);
}

// The places up to the floor here, of messages that have not changed above it.
void RememberedRoom::prepend(const RememberedRoom& read) {
    std::deque<Kept> older;
    for (Seq place = read.floor_ + 1; place <= floor_; ++place) {
        const auto& message = read.at(place);
        if (message.text.empty() || place_of(message.seq) != 0) {
            older.emplace_back();
            continue;
        }
        const auto* const here = shown(message);
        older.push_back(here != nullptr ? *here : keep(read, message));
    }
    for (const auto& message : older) {
        if (message.text.empty()) continue;
        ++live_;
        if (message.seq != message.changed_seq) changed_at_[message.seq] = message.changed_seq;
    }
    tail_.insert(tail_.begin(), older.begin(), older.end());
    floor_ = read.floor_;
}

template <class Iterator>
SharedBytesPtr RememberedRoom::array_of(Iterator begin, Iterator end) const {
    std::size_t size = 2;
    for (auto one = begin; one != end; ++one) size += one->text.size + 1;
    std::string array;
    array.reserve(size);
    array += '[';
    for (auto one = begin; one != end; ++one) {
        if (one != begin) array += ',';
        array += texts_.view(one->text);
    }
    array += ']';
    return share(array);
}

std::optional<History> RememberedRoom::latest(RoomId room, std::size_t limit) const {
    if (!latest_ || limit > latest_messages) return std::nullopt;
    const auto count = std::min(limit, latest_->size());
    const auto begin = latest_->end() - static_cast<std::ptrdiff_t>(count);
    History history{.messages = {}, .room = room, .count = count, .first = 0, .last = 0, .seq = counter_};
    if (count < latest_->size()) {
        history.messages = EncodedMessages(array_of(begin, latest_->end()));
    } else {
        if (!latest_array_) latest_array_ = array_of(begin, latest_->end());
        history.messages = EncodedMessages(latest_array_);
    }
    if (count > 0) {
        history.first = begin->seq;
        history.last = latest_->back().seq;
    }
    return history;
}

std::optional<Missed> RememberedRoom::since(RoomId room, Seq place) const {
    if (!is_known() || place > counter_) return std::nullopt;
    const bool has_enough =
        live_ > most_missed || tail_.size() >= static_cast<std::size_t>(most_missed_places);
    if (place < floor_ && !has_enough) return std::nullopt;
    std::vector<Kept> missed;  // the newest first
    std::size_t bytes = 0;
    bool complete = place >= floor_;
    for (Seq from = counter_; from > std::max(place, floor_); --from) {
        const auto& one = at(from);
        if (one.text.empty()) continue;
        bytes += one.text.size;
        const bool is_too_much =
            missed.size() == most_missed || (bytes > most_missed_bytes && !missed.empty());
        if (is_too_much) {
            complete = false;
            break;
        }
        missed.push_back(one);
    }
    return Missed{EncodedMessages(array_of(missed.rbegin(), missed.rend())), room, counter_, complete};
}

}  // namespace roost::messages
