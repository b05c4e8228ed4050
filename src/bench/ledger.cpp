#include "bench/ledger.hpp"

namespace roost::bench {

bool Ledger::arrive_out_of_order(std::size_t line, std::uint32_t number) {
    const auto upper = static_cast<std::uint64_t>(line) << 32U;
    auto& next = next_[line];
    if (number > next) {
        for (; next < number; ++next) skipped_.insert(upper | next);
        ++next;
    } else if (skipped_.erase(upper | number) != 0) {
        ++reordered_;
    } else {
        ++repeated_;
        return false;
    }
    ++received_;
    return true;
}

}  // namespace roost::bench
