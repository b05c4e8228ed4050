#include "core/free_memory.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace roost {

void give_back_free_memory() noexcept {
#if defined(__GLIBC__)
    ::malloc_trim(0);
#endif
}

}  // namespace roost
