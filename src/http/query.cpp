#include "http/query.hpp"

#include "http/percent.hpp"

#include <algorithm>

namespace roost::http {

Result<Query> Query::parse(std::string_view raw) {
    Query query;
    while (!raw.empty()) {
        const auto end = std::min(raw.find('&'), raw.size());
        const auto segment = raw.substr(0, end);
        raw.remove_prefix(std::min(end + 1, raw.size()));
        if (segment.empty()) continue;
        if (query.pairs_.size() == most_pairs) return Problem(Errc::malformed_request);
        const auto equals = std::min(segment.find('='), segment.size());
        auto key = percent_decode(segment.substr(0, equals), Plus::is_space);
        auto value = percent_decode(segment.substr(std::min(equals + 1, segment.size())), Plus::is_space);
        if (!key || !value) return Problem(Errc::malformed_request);
        query.pairs_.emplace_back(*std::move(key), *std::move(value));
    }
    return query;
}

std::optional<std::string_view> Query::find(std::string_view key) const noexcept {
    const auto found =
        std::find_if(pairs_.rbegin(), pairs_.rend(), [&](const auto& pair) { return pair.first == key; });
    if (found == pairs_.rend()) return std::nullopt;
    return found->second;
}

}  // namespace roost::http
