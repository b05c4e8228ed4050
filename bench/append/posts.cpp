#include "append/posts.hpp"

#include <fmt/format.h>

namespace roost::append_bench {
namespace {

// Splitmix64: as good as random, and the same each time.
std::uint64_t scattered(std::uint64_t number) {
    number = (number + 1) * 0x9e3779b97f4a7c15;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
    number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
    return number ^ (number >> 31);
}

}  // namespace

std::string content_of(std::int64_t room) {
    auto content = fmt::format("A post to room {}. ", room);
    content.resize(content_bytes, 'x');
    return content;
}

std::string client_id_of(std::int64_t room, std::uint64_t number) {
    const auto first = scattered(number), last = scattered(first + static_cast<std::uint64_t>(room));
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", first >> 32, (first >> 16) & 0xffff,
                       first & 0xfff, last >> 52, last & 0xffff'ffff'ffff);
}

messages::Post post_to(std::int64_t room) {
    const auto slug = *rooms::RoomSlug::from(fmt::format("room-{}", room));
    return {.room = {RoomId{room}, slug, "", false},
            .author = {UserId{author_id}, author_name},
            .content = *messages::MessageContent::from(content_of(room)),
            .metadata = std::nullopt,
            .client_id = std::nullopt};
}

messages::Change edit_of(const messages::Post& post, Seq target) {
    return {.room = post.room, .target = target, .content = post.content};
}

}  // namespace roost::append_bench
