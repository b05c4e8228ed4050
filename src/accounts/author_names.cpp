#include "accounts/author_names.hpp"

#include "net/every_core.hpp"

namespace roost::accounts {

using namespace std::chrono_literals;

namespace {

constexpr auto name_is_remembered_for = 5s;
constexpr std::size_t most_remembered_names = 10'000;

}  // namespace

AuthorNames::AuthorNames(net::Cores& cores)
    : cores_(cores), on_cores_(cores, [](net::Core&) {
          return std::make_unique<Memory>(name_is_remembered_for, most_remembered_names);
      }) {}

Task<void> AuthorNames::forget(UserId id) {
    auto forget_it = [id](Memory& memory) { memory.forget(id); };
    return net::on_every_core(cores_, on_cores_, forget_it);
}

}  // namespace roost::accounts
