#include "http/deadline.hpp"

#include <algorithm>

namespace roost::http {

using std::chrono::milliseconds;

namespace {

// A deadline that is early by no more than this stays as it is.
constexpr milliseconds slack{1'000};

}  // namespace

void Deadline::after(milliseconds time) {
    deadline_ = Clock::now() + time;
    socket_.expire_after(time);
}

void Deadline::about(milliseconds time) {
    const auto wanted = Clock::now() + time;
    if (deadline_ < wanted - std::min(slack, time / 4) || deadline_ > wanted + 2 * time) after(time);
}

}  // namespace roost::http
