// `roost bench` without its command line: one load, from the first connection to the figures.
#pragma once

#include "bench/connect_load.hpp"
#include "bench/fleet.hpp"
#include "bench/http_load.hpp"
#include "bench/report.hpp"
#include "bench/traffic.hpp"

#include <string>

namespace roost::bench {

// Who the load is, and the rooms it needs, by the server's REST API.
struct Preparation {
    std::string email;  // empty: no login
    std::string password;
    bool creates_rooms = false;
};

// Each runs on a core of its own, within the calling thread's time, and adds its figures to `report`. They
// throw std::runtime_error with a sentence when there are none: the limit of open files, a server that cannot
// be reached, refuses or closes.
void run_connect(FleetOptions fleet, ConnectOptions options, const Preparation& preparation, Report& report);
void run_traffic(FleetOptions fleet, TrafficOptions options, const Preparation& preparation, Report& report);
void run_http(HttpOptions options, const Preparation& preparation, Report& report);

}  // namespace roost::bench
