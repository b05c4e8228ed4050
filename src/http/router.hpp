// Finds the route of a request by method and path. Patterns are exact ("/api/users/me") or have parameters
// that stand for one whole segment ("/api/users/{id}"); exact ones go first, then the order of adding.
// Filled before the first request, then used unchanged by all cores.
#pragma once

#include "http/handler.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace roost::http {

// The decoded values of a pattern's parameters. Names live as long as the router.
class Params {
public:
    void add(std::string_view name, std::string value) { values_.emplace_back(name, std::move(value)); }
    // `name` is one of the pattern's.
    [[nodiscard]] const std::string& operator[](std::string_view name) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }

private:
    std::vector<std::pair<std::string_view, std::string>> values_;
};

// Both arguments live until the task ends.
using RouteHandler = std::function<Task<Response>(const Request&, const Params&)>;
using OnException = std::function<Response(std::exception_ptr, const Request&)>;

struct Match {
    enum class Outcome { found, preflight, not_found, method_not_allowed, malformed };
    Outcome outcome = Outcome::not_found;
    const RouteHandler* handler = nullptr;  // when found
    Params params;                          // when found
    std::string_view allow;                 // of preflight and method_not_allowed: the value of `Allow`
};

class Router final : public Handler {
public:
    explicit Router(OnException on_exception) : on_exception_(std::move(on_exception)) {}

    // A GET route answers HEAD as well; every path answers OPTIONS. One handler per method and pattern.
    void add(Method method, std::string_view pattern, RouteHandler handler);
    // All methods, also HEAD, OPTIONS and unknown ones, go to `handler`.
    void add_any(std::string_view pattern, RouteHandler handler);

    // `path` as it was sent. Segments are decoded one by one; a bad escape, or one that gives a slash or NUL,
    // is malformed.
    [[nodiscard]] Match match(Method method, std::string_view path) const;

    Task<Response> handle(const Request& request) override;
    Response on_exception(std::exception_ptr exception, const Request& request) override;

private:
    struct Segment {
        std::string text;  // the literal, or the parameter's name
        bool is_param = false;
    };
    struct Route {
        std::vector<Segment> segments;
        std::vector<std::pair<Method, RouteHandler>> handlers;
        RouteHandler any;
        std::string allow;
    };
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    Route& route_of(std::string_view pattern);
    static std::vector<Segment> segments_of(std::string_view pattern);
    static bool fits(const Route& route, const std::vector<std::string>& segments);
    static Match match_method(const Route& route, Method method);
    static std::string allow_of(const Route& route);

    OnException on_exception_;
    std::unordered_map<std::string, Route, TextHash, std::equal_to<>> exact_;
    std::vector<std::unique_ptr<Route>> with_params_;
};

}  // namespace roost::http
