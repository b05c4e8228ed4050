#include "bench/histogram.hpp"

#include <cmath>

namespace roost::bench {

double Histogram::mean() const noexcept {
    return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t Histogram::percentile(double percent) const noexcept {
    const auto wanted = std::ceil(static_cast<double>(count_) * percent / 100);
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    std::uint64_t passed = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        passed += buckets_[bucket];
        if (passed >= rank) return std::min(last_of(bucket), largest_);
    }
    return largest_;
}

std::uint64_t Histogram::last_of(std::size_t bucket) noexcept {
    if (bucket < 2 * per_power) return bucket;
    const auto shift = bucket / per_power - 1;
    const auto first = static_cast<std::uint64_t>(bucket % per_power + per_power) << shift;
    return first + ((std::uint64_t{1} << shift) - 1);
}

}  // namespace roost::bench
