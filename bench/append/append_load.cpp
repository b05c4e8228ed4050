#include "append/append_load.hpp"

#include "append/posts.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace roost::append_bench {
namespace {

constexpr std::uint64_t entries_per_change = 10;

AppendOptions first_half(AppendOptions options) {
    options.posters /= 2;
    return options;
}

AppendOptions other_half(AppendOptions options) {
    const auto first = first_half(options).posters;
    options.first_room += static_cast<std::int64_t>(first);
    options.posters -= first;
    return options;
}

}  // namespace

AppendLoad::AppendLoad(const std::string& conninfo, const AppendOptions& options)
    : options_(options), posting_(options.posters), node_(conninfo) {
    node_.call([this] {
        for (std::size_t i = 0; i < options_.posters; ++i)
            spawn(post(options_.first_room + static_cast<std::int64_t>(i)),
                  [this](const std::exception_ptr& exception) { end_one(exception); });
    });
}

AppendLoad::~AppendLoad() {
    is_enough_ = true;
    if (ended_.valid()) ended_.wait();
}

void AppendLoad::finish() {
    is_enough_ = true;
    ended_.get();
}

Task<void> AppendLoad::post(std::int64_t room) {
    const auto to_post = post_to(room);
    Seq latest = 0;
    // The posters' edits are not all in the same batch.
    for (auto number = static_cast<std::uint64_t>(room); !is_enough_; ++number) {
        co_await append_one(to_post, number, latest);
        ++rows_;
    }
    end_one(nullptr);
}

Task<void> AppendLoad::append_one(const messages::Post& to_post, std::uint64_t number, Seq& latest) {
    const bool is_change = options_.has_changes && latest > 0 && number % entries_per_change == 0;
    if (is_change) {
        auto edit = edit_of(to_post, latest);
        const auto outcome = co_await node_.writer().append(std::move(edit));
        if (!outcome) throw std::runtime_error("an edit was refused");
    } else {
        auto post = to_post;
        post.asked_at = Clock::now();
        if (options_.has_client_ids)
            post.client_id = messages::ClientId::from(client_id_of(post.room.id.value(), number));
        const auto outcome = co_await node_.writer().append(std::move(post));
        if (!outcome) throw std::runtime_error("a post was refused");
        latest = outcome->message.seq;
    }
}

void AppendLoad::end_one(const std::exception_ptr& failure) {
    if (failure && !failure_) failure_ = failure;
    is_enough_ = is_enough_ || failure;
    if (--posting_ > 0) return;
    if (failure_) end_.set_exception(failure_);
    else end_.set_value();
}

TwoHomesLoad::TwoHomesLoad(const std::string& conninfo, const AppendOptions& options)
    : one_(conninfo, first_half(options)), other_(conninfo, other_half(options)) {}

void TwoHomesLoad::finish() {
    one_.finish();
    other_.finish();
}

}  // namespace roost::append_bench
