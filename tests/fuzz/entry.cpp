// What libFuzzer calls, for every fuzz program. Its `x_fuzz.cpp` defines what is tried with the input: it
// ends the program, by an assertion or a sanitizer, when the input shows a fault.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roost {
void fuzz(std::string_view input);
}  // namespace roost

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    roost::fuzz({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
