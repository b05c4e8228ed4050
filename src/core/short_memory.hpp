// What one core remembers of the database for a few seconds, so as not to ask for it again.
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace roost {

// A moment between two times that something was forgotten.
enum class Asked : std::uint64_t {};

// Used on one core. An answer that was under way while something was forgotten is not kept: it may be from
// before the change. So whoever asks takes the time first:
//
//     if (const auto* known = memory.find(key)) …
//     const auto asked = memory.asks();
//     auto value = co_await store.find(key);
//     memory.keep(asked, key, value);
template <class Key, class Value>
class ShortMemory {
public:
    // Of more than `most` it forgets all.
    ShortMemory(Clock::duration time, std::size_t most) : time_(time), most_(most) {}

    // Good until the next call of another function here; null for what is not remembered, or no more.
    [[nodiscard]] const Value* find(const Key& key) const {
        const auto found = entries_.find(key);
        return found != entries_.end() && Clock::now() < found->second.until ? &found->second.value : nullptr;
    }
    // The same however long ago it was: for when it cannot be asked for again. Null for what was never known,
    // and what was forgotten.
    [[nodiscard]] const Value* recall(const Key& key) const {
        const auto found = entries_.find(key);
        return found != entries_.end() ? &found->second.value : nullptr;
    }
    [[nodiscard]] Asked asks() const noexcept { return Asked{forgotten_}; }
    void keep(Asked asked, const Key& key, Value value) {
        if (asked != asks()) return;
        if (entries_.size() >= most_) entries_.clear();
        entries_.insert_or_assign(key, Entry{std::move(value), Clock::now() + time_});
    }
    void forget(const Key& key) {
        ++forgotten_;
        entries_.erase(key);
    }
    // Where `is_stale(value)`.
    template <class Predicate>
    void forget_if(Predicate is_stale) {
        ++forgotten_;
        std::erase_if(entries_, [&](const auto& entry) { return is_stale(entry.second.value); });
    }

private:
    struct Entry {
        Value value;
        Clock::time_point until;
    };

    Clock::duration time_;
    std::size_t most_;
    std::uint64_t forgotten_ = 0;
    std::unordered_map<Key, Entry> entries_;
};

}  // namespace roost
