#include "ws/outbox.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace roost::ws {
namespace {

constexpr std::size_t frames_per_write = 64;

}  // namespace

void Outbox::add(SharedBytesPtr frame) {
    bytes_ += static_cast<std::uint32_t>(frame->view().size());
    if (!first_) {
        first_ = std::move(frame);
        return;
    }
    if (!rest_) {
        rest_ = std::make_unique<Rest>();
        rest_->frames.reserve(16);
    }
    rest_->frames.push_back(std::move(frame));
}

void Outbox::drop_unsent() {
    rest_.reset();
    if (written_of_first_ == 0) first_.reset();
    bytes_ = first_ ? static_cast<std::uint32_t>(first_->view().size()) - written_of_first_ : 0;
}

Outbox::Outcome Outbox::write_to(int descriptor) {
    while (first_) {
        const auto written = rest_ ? write_many(descriptor) : write_first(descriptor);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno == EAGAIN ? Outcome::would_block : Outcome::failed;
        advance(static_cast<std::size_t>(written));
    }
    return Outcome::drained;
}

// The usual case, and the cheapest call for it.
ssize_t Outbox::write_first(int descriptor) const {
    const auto bytes = first_->view().substr(written_of_first_);
    return ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t Outbox::write_many(int descriptor) const {
    std::array<iovec, frames_per_write> parts;  // NOLINT: cleared, it would cost more than it holds
    std::size_t count = 0;
    const auto gather = [&](std::string_view bytes) {
        parts[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
    };
    gather(first_->view().substr(written_of_first_));
    for (auto i = rest_->head; i < rest_->frames.size() && count < parts.size(); ++i)
        gather(rest_->frames[i]->view());
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    return ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Outbox::advance(std::size_t written) {
    bytes_ -= static_cast<std::uint32_t>(written);
    written += written_of_first_;
    while (first_ && written >= first_->view().size()) {
        written -= first_->view().size();
        take_next();
    }
    written_of_first_ = static_cast<std::uint32_t>(written);
}

void Outbox::take_next() {
    first_ = rest_ ? std::move(rest_->frames[rest_->head++]) : nullptr;
    if (!rest_) return;
    auto& [frames, head] = *rest_;
    if (head == frames.size()) return rest_.reset();
    // A client that never quite catches up must not leave an ever longer row of places behind.
    if (head < frames.size() / 2 || head < frames_per_write) return;
    frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(head));
    head = 0;
}

}  // namespace roost::ws
