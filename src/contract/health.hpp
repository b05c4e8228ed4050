// Health endpoints (contract.md).
#pragma once

#include "contract/endpoint.hpp"
#include "core/clock.hpp"
#include "schema/encode.hpp"

#include <string>

namespace roost::contract {

struct Health {
    std::string status;  // "ok", or why not
    std::string service;
    std::string version;
    Timestamp timestamp;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, service, version, timestamp))

inline const auto health = get("/api/health").summary("Whether the server answers").gives<Health>();
inline const auto health_short = get("/health").summary("Whether the server answers").gives<Health>();
inline const auto health_live = get("/health/live").summary("Whether the process is alive").gives<Health>();
inline const auto health_ready =
    get("/health/ready").summary("Whether requests can be served").gives<Health>();

}  // namespace roost::contract
