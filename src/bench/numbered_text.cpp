#include "bench/numbered_text.hpp"

#include <cassert>

namespace roost::bench {

std::optional<std::uint32_t> read_digits(const char* digits, std::size_t count) noexcept {
    std::uint32_t value = 0;
    std::uint32_t faults = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto digit = static_cast<std::uint32_t>(static_cast<unsigned char>(digits[i])) - '0';
        faults |= static_cast<std::uint32_t>(digit > 9);
        value = value * 10 + digit;
    }
    if (faults != 0) return std::nullopt;
    return value;
}

void write_digits(char* out, std::size_t count, std::uint32_t value) noexcept {
    while (count-- > 0) {
        out[count] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

NumberedText::NumberedText(unsigned run) : marker_(marker_size, '@') {
    write_digits(marker_.data() + 1, 4, run % 10'000);
    marker_.back() = ':';
}

std::string NumberedText::write(MessageNumber message, std::size_t size) const {
    assert(size >= least_size);
    std::string text(size, '.');
    marker_.copy(text.data(), marker_size);
    write_digits(text.data() + marker_size, publisher_digits, message.publisher);
    text[number_offset - 1] = ':';
    write_digits(text.data() + number_offset, number_digits, message.number);
    return text;
}

std::optional<MessageNumber> NumberedText::read(const char* digits) noexcept {
    const auto publisher = read_digits(digits, publisher_digits);
    const auto number = read_digits(digits + publisher_digits + 1, number_digits);
    if (!publisher || !number) return std::nullopt;
    return MessageNumber{*publisher, *number};
}

}  // namespace roost::bench
