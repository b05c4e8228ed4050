#include "ws/inflate.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <string_view>

namespace roost::ws {

namespace {

using namespace std::string_view_literals;

constexpr int window_bits =
    -15;  // the largest: takes what any client made; negative: without a header of zlib's
constexpr auto left_out = "\x00\x00\xff\xff"sv;  // of the end of every message, by who sends it
// The space for a message is this many times what came, and is doubled while that does not do.
constexpr std::size_t usual_ratio = 4;
constexpr std::size_t most_at_once = 1U << 30U;  // bytes of output in one call: zlib counts in 32 bits

// zlib's state, one per thread, used for one message after another.
class Inflater {
public:
    Inflater() {
        if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    Inflated inflate(std::span<const char> compressed, std::size_t most, std::string& message) {
        inflateReset(&stream_);
        made_ = 0;
        message.resize(std::min(usual_ratio * compressed.size(), most) + 1);
        auto outcome = take(compressed, most, message);
        if (outcome == Inflated::whole && !ended_) {
            outcome = take(left_out, most, message);
            if (outcome == Inflated::whole && !ended_ && !is_between_blocks()) outcome = Inflated::malformed;
        }
        message.resize(made_);
        return outcome;
    }

private:
    // All of `bytes`. A block that says it is the last one ends the stream; another may follow.
    Inflated take(std::span<const char> bytes, std::size_t most, std::string& message) {
        stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
        stream_.avail_in = static_cast<uInt>(bytes.size());
        while (true) {
            if (made_ == message.size()) message.resize(std::min(2 * message.size(), most + 1));
            const auto room = std::min(message.size() - made_, most_at_once);
            stream_.next_out = reinterpret_cast<Bytef*>(message.data()) + made_;
            stream_.avail_out = static_cast<uInt>(room);
            const int outcome = ::inflate(&stream_, Z_SYNC_FLUSH);
            made_ += room - stream_.avail_out;
            if (made_ > most) return Inflated::too_big;
            if (outcome == Z_MEM_ERROR) throw std::bad_alloc();
            ended_ = outcome == Z_STREAM_END;
            // Z_BUF_ERROR: there was nothing left to do.
            if (!ended_ && outcome != Z_OK && outcome != Z_BUF_ERROR) return Inflated::malformed;
            if (stream_.avail_in == 0 && (ended_ || stream_.avail_out > 0)) return Inflated::whole;
            if (ended_) inflateReset(&stream_);
        }
    }

    // What was taken so far ends with a block, and at the end of a byte (see `data_type` of inflate()).
    [[nodiscard]] bool is_between_blocks() const {
        constexpr int behind_a_block = 128;
        constexpr int unused_bits = 63;
        return (stream_.data_type & (behind_a_block | unused_bits)) == behind_a_block;
    }

    z_stream stream_{};
    std::size_t made_ = 0;
    bool ended_ = false;  // behind a last block, with nothing of another
};

}  // namespace

Inflated inflate(std::span<const char> compressed, std::size_t most, std::string& message) {
    assert(message.empty());
    thread_local Inflater inflater;
    return inflater.inflate(compressed, most, message);
}

}  // namespace roost::ws
