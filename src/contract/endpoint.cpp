#include "contract/endpoint.hpp"

#include <algorithm>

namespace roost::contract {

std::vector<Errc> all_errors(const EndpointInfo& info, bool has_input, bool has_body) {
    auto all = info.errors;
    all.insert(all.end(), {Errc::malformed_request, Errc::not_acceptable, Errc::internal});
    if (info.needs_database) all.push_back(Errc::unavailable);
    if (info.access != Access::open) all.push_back(Errc::unauthorized);
    if (has_input) all.push_back(Errc::invalid_input);
    if (has_body)
        all.insert(all.end(), {Errc::malformed_json, Errc::body_too_large, Errc::unsupported_media_type});
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return all;
}

}  // namespace roost::contract
