#include "bench/run.hpp"

#include "bench/rest.hpp"
#include "bench/usage.hpp"
#include "net/core.hpp"
#include "net/per_core.hpp"

#include <fmt/format.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

namespace roost::bench {
namespace {

// The one core of a run; its loop ends with it.
struct RunningCore {
    RunningCore() { cores.start(); }
    ~RunningCore() { cores.stop(); }
    RunningCore(const RunningCore&) = delete;
    RunningCore& operator=(const RunningCore&) = delete;

    net::Cores cores{1};
};

// `make(on_finished)` gives a load, which lives on the core.
template <class Load, class Make>
void run(Make make, Report& report) {
    RunningCore running;
    std::promise<std::string> finished;
    std::unique_ptr<Load> load;
    net::run_blocking(running.cores[0], [&] {
        auto made = make([&](std::string failure) { finished.set_value(std::move(failure)); });
        made->start();
        load = std::move(made);
    });
    const auto failure = finished.get_future().get();
    net::run_blocking(running.cores[0], [&] {
        if (failure.empty()) load->report(report);
        load.reset();
    });
    if (!failure.empty()) throw std::runtime_error(failure);
}

// The slug in a topic such as room:<slug>.
std::string slug_of(const std::string& topic) {
    const auto colon = topic.find(':');
    if (colon == std::string::npos)
        throw std::runtime_error(fmt::format("the topic {} names no room: it has no colon", topic));
    return topic.substr(colon + 1);
}

// The token that the load has from now on.
void prepare(const Url& server, std::string& token, const Preparation& preparation, const std::string& topic,
             std::uint32_t topics) {
    if (preparation.email.empty() && !preparation.creates_rooms) return;
    RestClient client(server);
    if (!preparation.email.empty()) token = client.log_in(preparation.email, preparation.password);
    if (!preparation.creates_rooms) return;
    for (std::uint32_t number = 0; number < topics; ++number)
        client.create_room(slug_of(numbered_topic(topic, number)), token);
}

}  // namespace

void run_connect(FleetOptions fleet, ConnectOptions options, const Preparation& preparation, Report& report) {
    allow_connections(fleet.size);
    const bool is_numbered = options.topic.find("{n}") != std::string::npos;
    prepare(fleet.url, fleet.token, preparation, options.topic, is_numbered ? fleet.size : 1);
    run<ConnectLoad>(
        [&](auto on_finished) {
            return std::make_unique<ConnectLoad>(fleet, options, std::move(on_finished));
        },
        report);
}

void run_traffic(FleetOptions fleet, TrafficOptions options, const Preparation& preparation, Report& report) {
    allow_connections(std::uint64_t{options.groups} * options.members);
    prepare(fleet.url, fleet.token, preparation, options.topic, options.groups);
    run<Traffic>(
        [&](auto on_finished) { return std::make_unique<Traffic>(fleet, options, std::move(on_finished)); },
        report);
}

void run_http(HttpOptions options, const Preparation& preparation, Report& report) {
    allow_connections(options.connections);
    prepare(options.url, options.token, preparation, {}, 0);
    run<HttpLoad>(
        [&](auto on_finished) { return std::make_unique<HttpLoad>(options, std::move(on_finished)); },
        report);
}

}  // namespace roost::bench
