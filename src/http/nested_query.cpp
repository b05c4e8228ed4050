#include "http/nested_query.hpp"

namespace roost::http {
namespace {

// The parts of `x[y][]`: "x", and {"y", ""}. Another form is a name without brackets.
struct Key {
    std::string_view name;
    std::vector<std::string_view> brackets;
};

Key split(std::string_view key) {
    const auto open = key.find('[');
    if (open == std::string_view::npos || open == 0) return {key, {}};
    Key parts{key.substr(0, open), {}};
    for (auto rest = key.substr(open); !rest.empty();) {
        const auto close = rest.find(']');
        if (rest.front() != '[' || close == std::string_view::npos) return {key, {}};
        const auto inside = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
        // `x[][y]` is no list of texts.
        if (inside.find('[') != std::string_view::npos || (inside.empty() && !rest.empty())) return {key, {}};
        parts.brackets.push_back(inside);
    }
    return parts;
}

}  // namespace

Result<NestedQuery> NestedQuery::of(const Query& query) {
    NestedQuery nested;
    for (const auto& [key, value] : query.pairs()) {
        const auto parts = split(key);
        if (parts.brackets.size() > most_brackets) return Problem(Errc::malformed_request);
        nested.put(parts.name, parts.brackets, value);
    }
    return nested;
}

void NestedQuery::put(std::string_view name, const std::vector<std::string_view>& brackets,
                      std::string_view value) {
    const auto member = [](Members& members, std::string_view of) -> Node& {
        auto& node = members[std::string(of)];
        if (!node) node = std::make_unique<Node>();
        return *node;
    };
    auto* node = &member(members_, name);
    for (const auto inside : brackets) {
        if (inside.empty()) {
            if (!std::holds_alternative<Texts>(node->value)) node->value = Texts();
            std::get<Texts>(node->value).emplace_back(value);
            return;
        }
        if (!std::holds_alternative<Members>(node->value)) node->value = Members();
        node = &member(std::get<Members>(node->value), inside);
    }
    node->value = std::string(value);
}

const NestedQuery::Node* NestedQuery::at(std::initializer_list<std::string_view> path) const {
    const auto* members = &members_;
    const Node* node = nullptr;
    for (const auto name : path) {
        if (members == nullptr) return nullptr;
        const auto found = members->find(name);
        if (found == members->end()) return nullptr;
        node = found->second.get();
        members = std::get_if<Members>(&node->value);
    }
    return node;
}

std::optional<std::string_view> NestedQuery::find(std::initializer_list<std::string_view> path) const {
    const auto* node = at(path);
    const auto* text = node != nullptr ? std::get_if<std::string>(&node->value) : nullptr;
    return text != nullptr ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::vector<std::string_view> NestedQuery::list(std::initializer_list<std::string_view> path) const {
    const auto* node = at(path);
    const auto* texts = node != nullptr ? std::get_if<Texts>(&node->value) : nullptr;
    return texts != nullptr ? std::vector<std::string_view>(texts->begin(), texts->end())
                            : std::vector<std::string_view>();
}

}  // namespace roost::http
