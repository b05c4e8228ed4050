#include "net/host.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace roost::net {
namespace {

Task<void> finds_its_addresses(Workers& workers) {
    const auto local = *Endpoint::parse("127.0.0.1", 4000);
    const auto old = *Endpoint::parse("127.0.0.9", 4000);
    Host host("localhost", 4000, {old}, workers);
    CHECK(host.addresses() == std::vector{old});
    host.look_up_again();
    CHECK(host.addresses() == std::vector{old});
    auto is_so = [&] { return std::ranges::find(host.addresses(), local) != host.addresses().end(); };
    co_await test::eventually(is_so);
    CHECK(std::ranges::find(host.addresses(), old) == host.addresses().end());
}

Task<void> goes_meanwhile(Workers& workers) {
    bool looked_up = false;
    {
        Host host("localhost", 4000, {}, workers);
        host.look_up_again();
    }
    // One worker: when it gets to this, the lookup is over.
    auto last = [] { return true; };
    looked_up = *co_await run_on(workers, last);
    CHECK(looked_up);
}

Task<void> keeps_what_it_has(Workers& workers) {
    const auto known = *Endpoint::parse("127.0.0.1", 4000);
    Host host("not a name", 4000, {known}, workers);
    host.look_up_again();
    auto last = [] { return true; };
    co_await run_on(workers, last);
    test::NextTurn turn;
    co_await turn;
    CHECK(host.addresses() == std::vector{known});
}

void on_core(Task<void> (*body)(Workers&)) {
    test::RunningCores cores;
    Workers workers(1, 8);
    cores.run([&] { return body(workers); });
}

}  // namespace

TEST_CASE("a host's name is looked up again on demand, in the background") {
    on_core(finds_its_addresses);
}

TEST_CASE("a lookup that finds nothing leaves the addresses as they are") {
    on_core(keeps_what_it_has);
}

TEST_CASE("a host may go while it is looked up") {
    on_core(goes_meanwhile);
}

}  // namespace roost::net
