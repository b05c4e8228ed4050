// Health endpoints (contract.md).
#pragma once

#include "contract/endpoint.hpp"
#include "core/clock.hpp"
#include "schema/encode.hpp"
#include "schema/member_docs.hpp"

#include <string>

namespace roost::contract {

struct Health {
    std::string status;
    std::string service;
    std::string version;
    Timestamp timestamp;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, service, version, timestamp))
constexpr auto docs_of(const Health*) {
    return std::array{
        schema::MemberDoc{"status", "`ok`, or why not.", R"("ok")"},
        schema::MemberDoc{"service", "Which tier answers.", R"("roost-api")"},
        schema::MemberDoc{"version", "Of the server.", R"("0.1.0")"},
        schema::MemberDoc{"timestamp", "The server's time.", R"("2026-01-31T08:15:30.000001Z")"}};
}

inline const auto health = get("/api/health")
                               .named("health", "Health", "Whether the server answers")
                               .without_database()
                               .gives<Health>(200, "It does.");
inline const auto health_short = get("/health")
                                     .named("health_short", "Health", "Whether the server answers")
                                     .without_database()
                                     .gives<Health>(200, "It does.");
inline const auto health_live = get("/health/live")
                                    .named("health_live", "Health", "Whether the process is alive")
                                    .without_database()
                                    .gives<Health>(200, "It is.");
inline const auto health_ready =
    get("/health/ready")
        .named("health_ready", "Health", "Whether requests can be served")
        .explained("The API asks PostgreSQL; the gateway asks the API.")
        .without_database()
        .gives<Health>(200, "They can.")
        .or_gives(503, "They cannot, or the server is about to stop; `status` says why.");

}  // namespace roost::contract
