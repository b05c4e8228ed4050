// A query whose keys may have brackets, as Plug reads it (protocol.md 10): `x[y]=1&l[]=2` is
// {"x": {"y": "1"}, "l": ["2"]}.
#pragma once

#include "http/query.hpp"

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace roost::http {

class NestedQuery {
public:
    static constexpr std::size_t most_brackets = 8;  // in one key

    // Of what is said twice the last counts, also where one is a text and the other is not; only `l[]` keeps
    // all. A key that is not of this form, such as `x[y` or `x]`, is a name like any other. Fails with
    // malformed_request when a key has too many brackets.
    static Result<NestedQuery> of(const Query& query);

    // The text at the end of that path; nothing where there is none.
    [[nodiscard]] std::optional<std::string_view> find(std::initializer_list<std::string_view> path) const;
    // The texts of a list; empty where there is none.
    [[nodiscard]] std::vector<std::string_view> list(std::initializer_list<std::string_view> path) const;

private:
    struct Node;
    using Members = std::map<std::string, std::unique_ptr<Node>, std::less<>>;
    using Texts = std::vector<std::string>;
    struct Node {
        std::variant<std::string, Texts, Members> value;
    };

    [[nodiscard]] const Node* at(std::initializer_list<std::string_view> path) const;
    void put(std::string_view name, const std::vector<std::string_view>& brackets, std::string_view value);

    Members members_;
};

}  // namespace roost::http
