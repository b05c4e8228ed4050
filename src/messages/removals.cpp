#include "messages/removals.hpp"

#include "core/log.hpp"

#include <algorithm>

namespace roost::messages {

using namespace std::chrono_literals;

namespace {

constexpr std::int64_t rooms_at_once = 100;
constexpr Seq places_per_window = 10'000;
constexpr std::size_t deletions_at_once = 100;
constexpr auto retry_pause = 500ms;

// Deletions that were appended at once, and whoever waits for all of them.
struct Together {
    std::size_t under_way;
    std::vector<Seq> refused;
    std::exception_ptr failure;
    std::coroutine_handle<> caller;

    bool await_ready() const noexcept { return under_way == 0; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { caller = waiting; }
    void await_resume() const noexcept {}
};

Task<void> append_one(LogWriter& writer, Change deletion, Together& all) {
    const auto place = deletion.target;
    try {
        const auto outcome = co_await writer.append(std::move(deletion));
        // A message that is not there is one of a room that was removed meanwhile.
        if (!outcome && outcome.error().errc() == Errc::overloaded) all.refused.push_back(place);
    } catch (...) {
        all.failure = std::current_exception();
    }
    if (--all.under_way == 0 && all.caller) all.caller.resume();
}

// On the room's home core. Gives those that the writer refused, because too much waits there already.
Task<std::vector<Seq>> append_all(LogWriter& writer, rooms::Room room, std::vector<Seq> places) {
    Together all{.under_way = places.size(), .refused = {}, .failure = nullptr, .caller = nullptr};
    for (const auto place : places) {
        Change deletion{.room = room, .target = place, .content = std::nullopt, .forgets_author = true};
        spawn(append_one(writer, std::move(deletion), all), [](const std::exception_ptr&) {});
    }
    co_await all;
    if (all.failure) std::rethrow_exception(all.failure);
    co_return std::move(all.refused);
}

}  // namespace

Task<void> Removals::finish() {
    again_ = true;
    if (std::exchange(running_, true)) co_return;
    std::exception_ptr failure;
    try {
        while (std::exchange(again_, false)) co_await finish_all();
    } catch (...) {
        failure = std::current_exception();
    }
    running_ = false;
    if (failure) std::rethrow_exception(failure);
}

Task<void> Removals::finish_all() {
    UserId author;
    while (true) {
        auto find = [&] { return store_.next_unfinished(author); };
        const auto next = co_await insist(find);
        if (!next) co_return;
        author = *next;
        co_await tombstone_all_of(author);
        auto mark = [&] { return store_.mark_finished(author); };
        co_await insist(mark);
        log::info("the messages of removed account {} are tombstones", author.value());
    }
}

Task<void> Removals::tombstone_all_of(UserId author) {
    // A post that was on its way while the account was removed comes before the scan, or not at all.
    for (unsigned home = 0; home < cores_.homes(); ++home) {
        auto close = [&writer = homes_[home].writer, author] { return writer.close_to(author); };
        co_await net::call_on(cores_[home], close);
    }
    RoomId after;
    while (true) {
        auto read = [&] { return store_.rooms(after, rooms_at_once); };
        const auto rooms = co_await insist(read);
        if (rooms.empty()) co_return;
        for (const auto& room : rooms) co_await tombstone_in(room, author);
        after = rooms.back().id;
    }
}

Task<void> Removals::tombstone_in(rooms::Room room, UserId author) {
    auto read_counter = [&] { return store_.counter(room.id); };
    const auto end = co_await insist(read_counter);
    for (Seq from = 1; from <= end; from += places_per_window) {
        const Window window{room.id, from, std::min(from + places_per_window - 1, end)};
        auto read = [&] { return store_.messages_of(author, window); };
        const auto places = co_await insist(read);
        for (auto chunk = places.begin(); chunk != places.end();) {
            const auto count = std::min<std::ptrdiff_t>(places.end() - chunk, deletions_at_once);
            std::vector<Seq> some(chunk, chunk + count);
            co_await delete_messages(room, std::move(some));
            chunk += count;
        }
    }
}

Task<void> Removals::delete_messages(const rooms::Room& room, std::vector<Seq> places) {
    auto& home = cores_.home_of(room.slug.str());
    auto append = [&writer = homes_[home.index()].writer, &room, &places] {
        return append_all(writer, room, places);
    };
    auto append_there = [&] { return net::call_on(home, append); };
    while (true) {
        auto left = co_await insist(append_there);
        if (left.empty()) co_return;
        places = std::move(left);
        co_await rest();
    }
}

template <class Ask>
auto Removals::insist(Ask question) -> decltype(question()) {
    while (true) {
        try {
            co_return co_await question();
        } catch (const db::Unavailable&) {
            if (pause_.is_cut()) throw;
        }
        co_await rest();
    }
}

Task<void> Removals::rest() {
    co_await pause_.wait(retry_pause);
    if (pause_.is_cut()) throw db::Unavailable("the server stops");
}

}  // namespace roost::messages
