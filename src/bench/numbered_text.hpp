// The text of a message of the load: whose it is and which, in digits that survive any server unchanged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost::bench {

// A message: the publisher's index in the run, and how many that publisher had sent before.
struct MessageNumber {
    std::uint32_t publisher = 0;
    std::uint32_t number = 0;

    bool operator==(const MessageNumber&) const = default;
};

// "@<run>:<publisher>:<number>", filled up with dots. The run's four digits keep apart what an earlier run
// left behind in a room. It knows where the text lies in a frame from the last one that it looked at: frames
// of a topic are alike.
class NumberedText {
public:
    static constexpr std::size_t publisher_digits = 6;
    static constexpr std::size_t number_digits = 9;
    static constexpr std::size_t marker_size = 6;
    static constexpr std::size_t number_offset = marker_size + publisher_digits + 1;
    static constexpr std::size_t least_size = number_offset + number_digits;
    static constexpr std::uint32_t most_publishers = 1'000'000;
    static constexpr std::uint32_t most_numbers = 1'000'000'000;

    explicit NumberedText(unsigned run);

    [[nodiscard]] std::string_view marker() const noexcept { return marker_; }
    // `size` bytes, at least `least_size`.
    [[nodiscard]] std::string write(MessageNumber message, std::size_t size) const;

    // The first such text in `frame`; nothing when there is none of this run. `hint` is where to look first,
    // and is set to where it was.
    [[nodiscard]] std::optional<MessageNumber> find(std::string_view frame,
                                                    std::size_t& hint) const noexcept {
        if (!is_at(frame, hint)) {
            const auto at = frame.find(marker_);
            if (at == std::string_view::npos || !is_at(frame, at)) return std::nullopt;
            hint = at;
        }
        return read(frame.data() + hint + marker_size);
    }

private:
    [[nodiscard]] bool is_at(std::string_view frame, std::size_t at) const noexcept {
        return frame.size() >= least_size && at <= frame.size() - least_size &&
               frame.substr(at, marker_size) == marker_;
    }
    static std::optional<MessageNumber> read(const char* digits) noexcept;

    std::string marker_;
};

// The value of `count` decimal digits, or nothing when one of them is none. `count` is at most 9.
std::optional<std::uint32_t> read_digits(const char* digits, std::size_t count) noexcept;
// Writes `value` with leading zeros into `count` bytes.
void write_digits(char* out, std::size_t count, std::uint32_t value) noexcept;

}  // namespace roost::bench
