// The query of a URL as decoded pairs, in the order they came (protocol.md 11 and 12).
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roost::http {

class Query {
public:
    static constexpr std::size_t most_pairs = 100;

    // `raw` without the "?". `+` is a space, empty segments are skipped, "a" is ("a", ""). A bad escape, NUL,
    // bytes that are not UTF-8 or too many pairs are Errc::malformed_request.
    static Result<Query> parse(std::string_view raw);

    // The last value of that key; lives as long as the query.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const noexcept;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& pairs() const noexcept {
        return pairs_;
    }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace roost::http
