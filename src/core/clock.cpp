#include "core/clock.hpp"

namespace roost {
namespace {

// The last `width` decimal digits, over those that are there.
void put(std::string& text, std::size_t at, std::size_t width, unsigned number) {
    for (auto i = at + width; i-- > at; number /= 10) text[i] = static_cast<char>('0' + number % 10);
}

}  // namespace

Timestamp Timestamp::now() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count()};
}

// Many are written for each message, and a formatter takes its time.
std::string Timestamp::rfc3339() const {
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds{unix_us_}};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::string text = "0000-00-00T00:00:00.000000Z";
    put(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(text, 5, 2, static_cast<unsigned>(date.month()));
    put(text, 8, 2, static_cast<unsigned>(date.day()));
    put(text, 11, 2, static_cast<unsigned>(clock.hours().count()));
    put(text, 14, 2, static_cast<unsigned>(clock.minutes().count()));
    put(text, 17, 2, static_cast<unsigned>(clock.seconds().count()));
    put(text, 20, 6, static_cast<unsigned>(clock.subseconds().count()));
    return text;
}

}  // namespace roost
