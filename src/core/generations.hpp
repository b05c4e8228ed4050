// A map of bounded size that forgets what was used least recently, in two generations: what is used is in the
// young one; when that holds half of the bound it becomes the old one, and the old one before it is
// forgotten. No order is kept and no clock is read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

namespace roost {

template <class Key, class Value, class Hash = std::hash<Key>>
class Generations {
public:
    // Holds at most `most` entries, at least 2.
    explicit Generations(std::size_t most) : half_(std::max<std::size_t>(most / 2, 1)) {}

    // Null when it is not there; else good until the next call.
    Value* find(const Key& key) {
        if (const auto young = young_.find(key); young != young_.end()) return &young->second;
        auto old = old_.extract(key);
        if (old.empty()) return nullptr;
        make_room();
        return &young_.insert(std::move(old)).position->second;
    }
    // The same without using it.
    [[nodiscard]] const Value* peek(const Key& key) const {
        if (const auto young = young_.find(key); young != young_.end()) return &young->second;
        const auto old = old_.find(key);
        return old != old_.end() ? &old->second : nullptr;
    }
    // Replaces what is there.
    Value& put(const Key& key, Value value) {
        erase(key);
        make_room();
        return young_.emplace(key, std::move(value)).first->second;
    }
    void erase(const Key& key) {
        if (young_.erase(key) == 0) old_.erase(key);
    }
    // Forgets the old generation and begins a young one.
    void age() {
        old_ = std::move(young_);
        young_.clear();
    }

    [[nodiscard]] std::size_t size() const noexcept { return young_.size() + old_.size(); }
    // Whether the next new entry makes the old generation be forgotten.
    [[nodiscard]] bool is_full() const noexcept { return young_.size() >= half_; }

private:
    void make_room() {
        if (is_full()) age();
    }

    std::size_t half_;
    std::unordered_map<Key, Value, Hash> young_;
    std::unordered_map<Key, Value, Hash> old_;
};

}  // namespace roost
