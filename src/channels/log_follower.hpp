// What a channel that follows a log keeps: which log, and how far its client has it. A topic's name may come
// to mean another log, and a broadcast may come that the client knows already from the history.
#pragma once

#include <cstdint>

namespace roost::channels {

class LogFollower {
public:
    // From now on only what is behind this place of this log is news. `log` 0: of any log.
    void follow(std::int64_t log, std::int64_t changed_seq) noexcept {
        log_ = log;
        seen_ = changed_seq;
    }
    // True, and seen, for what the client does not have.
    bool see(std::int64_t log, std::int64_t changed_seq) noexcept {
        if ((log_ != 0 && log != log_) || changed_seq <= seen_) return false;
        seen_ = changed_seq;
        return true;
    }
    [[nodiscard]] std::int64_t log() const noexcept { return log_; }

private:
    std::int64_t log_ = 0;
    std::int64_t seen_ = 0;
};

}  // namespace roost::channels
