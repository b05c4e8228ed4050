// Who has received what: every message at every receiver, exactly once and in its publisher's order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace roost::bench {

// A line is one receiver and one publisher it hears. Of each it is known which number comes next; only what
// was skipped is remembered by itself, so that a late message can be told from a repeated one.
class Ledger {
public:
    explicit Ledger(std::size_t lines) : next_(lines) {}

    // False when the receiver had this message before. The caller has made sure that it was sent.
    bool arrive(std::size_t line, std::uint32_t number) {
        if (number != next_[line]) return arrive_out_of_order(line, number);
        ++next_[line];
        ++received_;
        return true;
    }

    // Different messages that arrived, summed over the receivers: what was expected beyond that is lost.
    [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
    [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }
    // Those that arrived after a later one of the same publisher.
    [[nodiscard]] std::uint64_t reordered() const noexcept { return reordered_; }

private:
    bool arrive_out_of_order(std::size_t line, std::uint32_t number);

    std::vector<std::uint32_t> next_;
    std::unordered_set<std::uint64_t> skipped_;  // the line in the upper half, the number in the lower
    std::uint64_t received_ = 0;
    std::uint64_t repeated_ = 0;
    std::uint64_t reordered_ = 0;
};

}  // namespace roost::bench
