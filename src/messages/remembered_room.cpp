#include "messages/remembered_room.hpp"

#include <algorithm>

namespace roost::messages {
namespace {

// What the containers and the heap take for one message beside its text.
constexpr std::size_t overhead = sizeof(EncodedMessage) + 64;

std::size_t cost_of(const EncodedMessage& message) {
    return message.text ? overhead + message.text->view().size() : sizeof(EncodedMessage);
}

template <class Iterator>
SharedBytesPtr array_of(Iterator begin, Iterator end) {
    std::size_t size = 2;
    for (auto one = begin; one != end; ++one) size += one->text->view().size() + 1;
    std::string text;
    text.reserve(size);
    text += '[';
    for (auto one = begin; one != end; ++one) {
        if (one != begin) text += ',';
        text += one->text->view();
    }
    text += ']';
    return share(std::move(text));
}

}  // namespace

RememberedRoom RememberedRoom::of_latest(Seq counter, std::vector<EncodedMessage> latest) {
    RememberedRoom room;
    room.counter_ = room.floor_ = counter;
    room.latest_.emplace(latest.begin(), latest.end());
    for (const auto& message : latest) room.bytes_ += cost_of(message);
    return room;
}

RememberedRoom RememberedRoom::of_changes(Seq floor, Seq counter,
                                          const std::vector<EncodedMessage>& changes) {
    RememberedRoom room;
    room.counter_ = room.floor_ = floor;
    for (const auto& message : changes) room.push(message);
    if (room.counter_ < counter) room.push({.seq = 0, .changed_seq = counter, .text = nullptr});
    return room;
}

void RememberedRoom::add(const EncodedMessage& message) {
    if (!is_known()) counter_ = floor_ = message.changed_seq - 1;
    if (message.changed_seq <= counter_) return;
    forget_text();
    push(message);
    if (latest_ && message.text) show(message);
    bound();
}

void RememberedRoom::push(const EncodedMessage& message) {
    while (counter_ + 1 < message.changed_seq) {
        bytes_ += cost_of({});
        tail_.emplace_back();
        ++counter_;
    }
    if (message.text) {
        supersede(message.seq);
        if (message.seq != message.changed_seq) changed_at_[message.seq] = message.changed_seq;
        ++live_;
    }
    bytes_ += cost_of(message);
    tail_.push_back(message);
    ++counter_;
}

Seq RememberedRoom::place_of(Seq message) const {
    if (const auto changed = changed_at_.find(message); changed != changed_at_.end()) return changed->second;
    const bool is_there = message > floor_ && message <= counter_ &&
                          tail_[static_cast<std::size_t>(message - floor_ - 1)].text != nullptr;
    return is_there ? message : 0;
}

void RememberedRoom::supersede(Seq message) {
    const auto place = place_of(message);
    if (place == 0) return;
    auto& old = at(place);
    bytes_ -= cost_of(old) - cost_of({});
    old = {};
    --live_;
    changed_at_.erase(message);
}

// Puts it among the newest messages, in its place, unless a newer state of it is there.
void RememberedRoom::show(const EncodedMessage& message) {
    const bool is_newest = latest_->empty() || latest_->back().seq < message.seq;
    auto place = is_newest ? latest_->end()
                           : std::ranges::lower_bound(*latest_, message.seq, {}, &EncodedMessage::seq);
    const bool is_there = place != latest_->end() && place->seq == message.seq;
    const auto uncount = [this](const EncodedMessage& old) {
        if (!has_tail(old)) bytes_ -= cost_of(old);
    };
    if (is_there) {
        if (place->changed_seq >= message.changed_seq) return;
        uncount(*place);
        *place = message;
    } else {
        const bool is_older_than_all = place == latest_->begin() && latest_->size() >= latest_messages;
        if (is_older_than_all) return;
        // Older messages that are not among the newest exist only where these are as many as are kept.
        latest_->insert(place, message);
        if (latest_->size() > latest_messages) {
            uncount(latest_->front());
            latest_->pop_front();
        }
    }
    if (!has_tail(message)) bytes_ += cost_of(message);
}

// Most changes that go are of messages older than all that are shown: one look, for a room's memory is cold.
bool RememberedRoom::is_shown(const EncodedMessage& message) const {
    if (!latest_ || latest_->empty() || message.seq < latest_->front().seq) return false;
    const auto place = std::ranges::lower_bound(*latest_, message.seq, {}, &EncodedMessage::seq);
    return place != latest_->end() && place->changed_seq == message.changed_seq;
}

bool RememberedRoom::drop_oldest_change() {
    if (tail_.empty()) return false;
    const auto oldest = std::move(tail_.front());
    tail_.pop_front();
    ++floor_;
    if (!oldest.text) {
        bytes_ -= cost_of(oldest);
        return true;
    }
    --live_;
    if (oldest.seq != oldest.changed_seq) changed_at_.erase(oldest.seq);
    if (!is_shown(oldest)) bytes_ -= cost_of(oldest);
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
    if (read.latest_ && !latest_) {
        forget_text();
        latest_.emplace();
        for (const auto& message : *read.latest_) show(message);
        for (const auto& message : tail_)
            if (message.text && message.changed_seq > read.counter_) show(message);
    }
    if (read.floor_ < floor_) prepend(read);
    bound();
    return true;
}

// The places up to the floor here, of messages that have not changed above it.
void RememberedRoom::prepend(const RememberedRoom& read) {
    std::deque<EncodedMessage> older;
    const auto old_floor = floor_;
    for (Seq place = read.floor_ + 1; place <= old_floor; ++place) {
        auto message = read.tail_[static_cast<std::size_t>(place - read.floor_ - 1)];
        if (message.text && place_of(message.seq) != 0) message = {};
        older.push_back(std::move(message));
    }
    for (const auto& message : older) {
        if (message.text) {
            ++live_;
            if (message.seq != message.changed_seq) changed_at_[message.seq] = message.changed_seq;
        }
        const bool is_counted = message.text && is_shown(message);
        if (!is_counted) bytes_ += cost_of(message);
    }
    tail_.insert(tail_.begin(), older.begin(), older.end());
    floor_ = read.floor_;
}

std::optional<History> RememberedRoom::latest(RoomId room, std::size_t limit) const {
    if (!latest_ || limit > latest_messages) return std::nullopt;
    const auto count = std::min(limit, latest_->size());
    const auto begin = latest_->end() - static_cast<std::ptrdiff_t>(count);
    History history{.messages = {}, .room = room, .count = count, .first = 0, .last = 0, .seq = counter_};
    if (count < latest_->size()) {
        history.messages = EncodedMessages(array_of(begin, latest_->end()));
    } else {
        if (!latest_text_) {
            latest_text_ = array_of(begin, latest_->end());
            bytes_ += latest_text_->view().size();
        }
        history.messages = EncodedMessages(latest_text_);
    }
    if (count > 0) {
        history.first = begin->seq;
        history.last = latest_->back().seq;
    }
    return history;
}

void RememberedRoom::forget_text() const {
    if (!latest_text_) return;
    bytes_ -= latest_text_->view().size();
    latest_text_.reset();
}

std::optional<Missed> RememberedRoom::since(RoomId room, Seq place) const {
    if (!is_known() || place > counter_) return std::nullopt;
    const bool has_enough =
        live_ > most_missed || tail_.size() >= static_cast<std::size_t>(most_missed_places);
    if (place < floor_ && !has_enough) return std::nullopt;
    std::vector<EncodedMessage> missed;  // the newest first
    std::size_t bytes = 0;
    bool complete = place >= floor_;
    for (Seq from = counter_; from > std::max(place, floor_); --from) {
        const auto& one = tail_[static_cast<std::size_t>(from - floor_ - 1)];
        if (!one.text) continue;
        bytes += one.text->view().size();
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
