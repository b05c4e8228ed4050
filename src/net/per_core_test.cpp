#include "net/per_core.hpp"

#include "support/on_core.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace roost::net {
namespace {

// Writes down on which core it is made and destroyed.
struct Resident {
    Resident(Core& core, std::vector<unsigned>& destroyed_on) : index(core.index()), destroyed(destroyed_on) {
        CHECK(&Core::current() == &core);
    }
    ~Resident() {
        CHECK(Core::current().index() == index);
        destroyed.push_back(index);
    }
    Resident(const Resident&) = delete;
    Resident& operator=(const Resident&) = delete;

    unsigned index;
    std::vector<unsigned>& destroyed;
};

}  // namespace

TEST_CASE("one object per core is made, found and destroyed on its own core") {
    test::RunningCores cores(3);
    std::vector<unsigned> destroyed;
    {
        PerCore<Resident> residents(cores.all(),
                                    [&](Core& core) { return std::make_unique<Resident>(core, destroyed); });
        for (unsigned i = 0; i < 3; ++i) {
            CHECK(residents[i].index == i);
            cores.call([&, i] { CHECK(&residents.here() == &residents[i]); }, i);
        }
        CHECK(destroyed.empty());
    }
    CHECK(destroyed == std::vector{0U, 1U, 2U});
}

}  // namespace roost::net
