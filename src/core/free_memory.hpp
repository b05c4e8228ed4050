// Memory that was freed and is kept for reuse.
#pragma once

namespace roost {

// Gives it back to the system, all threads' of it but for their pools of frames, page by page; not again
// within 30 s. Takes milliseconds where much was freed, and keeps other threads waiting that want memory
// meanwhile: for when little goes on.
void give_back_free_memory() noexcept;

}  // namespace roost
