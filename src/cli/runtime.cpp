#include "cli/runtime.hpp"

#include "net/per_core.hpp"

namespace roost::cli {
namespace {

constexpr std::size_t waiting_work = 256;

}  // namespace

Runtime::Runtime(unsigned core_count)
    : cores_(core_count), loops_(cores_), workers_(core_count, waiting_work) {}

void Runtime::run_on(unsigned core, const std::function<void()>& f) {
    net::run_blocking(cores_[core], f);
}

}  // namespace roost::cli
