// The rows that every load writes, so that they differ in how they are written and in nothing else.
#pragma once

#include "messages/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace roost::append_bench {

inline constexpr std::size_t content_bytes = 100;
inline constexpr std::int64_t author_id = 7;
inline constexpr const char* author_name = "Ann Example";

// The content of every post to the room.
std::string content_of(std::int64_t room);
// As long as a UUID, and as different from post to post.
std::string client_id_of(std::int64_t room, std::uint64_t number);

messages::Post post_to(std::int64_t room);
messages::Change edit_of(const messages::Post& post, Seq target);

}  // namespace roost::append_bench
