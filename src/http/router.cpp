#include "http/router.hpp"

#include "http/percent.hpp"
#include "http/problem.hpp"

#include <algorithm>
#include <cassert>

namespace roost::http {
namespace {

constexpr std::string_view all_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

// "/a/b" → "a", "b". `path` begins with a slash.
std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

// Nothing when a segment has a bad escape or would hold a slash: then it is unclear which path is meant.
std::optional<std::vector<std::string>> decoded_segments(std::string_view path) {
    std::vector<std::string> decoded;
    for (const auto segment : split(path)) {
        auto text = percent_decode(segment, Plus::literal);
        if (!text || text->find('/') != std::string::npos) return std::nullopt;
        decoded.push_back(*std::move(text));
    }
    return decoded;
}

}  // namespace

const std::string& Params::operator[](std::string_view name) const noexcept {
    const auto found =
        std::find_if(values_.begin(), values_.end(), [&](const auto& value) { return value.first == name; });
    assert(found != values_.end() && "a parameter of the pattern");
    return found->second;
}

void Router::add(Method method, std::string_view pattern, RouteHandler handler) {
    assert(method != Method::head && method != Method::options && method != Method::other);
    auto& route = route_of(pattern);
    assert(std::none_of(route.handlers.begin(), route.handlers.end(),
                        [&](const auto& entry) { return entry.first == method; }));
    route.handlers.emplace_back(method, std::move(handler));
    route.allow = allow_of(route);
}

void Router::add_any(std::string_view pattern, RouteHandler handler) {
    route_of(pattern).any = std::move(handler);
}

Router::Route& Router::route_of(std::string_view pattern) {
    assert(pattern.starts_with('/'));
    if (pattern.find('{') == std::string_view::npos) {
        auto& route = exact_[std::string(pattern)];
        route.segments = segments_of(pattern);
        return route;
    }
    auto segments = segments_of(pattern);
    for (auto& route : with_params_) {
        const bool same = std::equal(
            route->segments.begin(), route->segments.end(), segments.begin(), segments.end(),
            [](const Segment& a, const Segment& b) { return a.text == b.text && a.is_param == b.is_param; });
        if (same) return *route;
    }
    with_params_.push_back(std::make_unique<Route>());
    with_params_.back()->segments = std::move(segments);
    return *with_params_.back();
}

std::vector<Router::Segment> Router::segments_of(std::string_view pattern) {
    std::vector<Segment> segments;
    for (const auto text : split(pattern)) {
        const bool is_param = text.starts_with('{') && text.ends_with('}');
        segments.push_back({std::string(is_param ? text.substr(1, text.size() - 2) : text), is_param});
    }
    return segments;
}

bool Router::fits(const Route& route, const std::vector<std::string>& segments) {
    return std::equal(route.segments.begin(), route.segments.end(), segments.begin(), segments.end(),
                      [](const Segment& expected, const std::string& segment) {
                          return expected.is_param ? !segment.empty() : expected.text == segment;
                      });
}

std::string Router::allow_of(const Route& route) {
    std::string allow;
    for (const auto& [method, handler] : route.handlers) {
        allow += name_of(method);
        allow += ", ";
        if (method == Method::get) allow += "HEAD, ";
    }
    return allow + "OPTIONS";
}

Match Router::match_method(const Route& route, Method method) {
    Match match;
    match.allow = route.allow;
    const auto wanted = method == Method::head ? Method::get : method;
    for (const auto& [served, handler] : route.handlers)
        if (served == wanted) match.handler = &handler;
    if (match.handler == nullptr && route.any) match.handler = &route.any;
    if (match.handler != nullptr) {
        match.outcome = Match::Outcome::found;
    } else {
        match.outcome =
            method == Method::options ? Match::Outcome::preflight : Match::Outcome::method_not_allowed;
    }
    return match;
}

Match Router::match(Method method, std::string_view path) const {
    Match match;
    if (const auto found = exact_.find(path); found != exact_.end())
        return match_method(found->second, method);
    if (path == "*" && method == Method::options) {
        match.outcome = Match::Outcome::preflight;
        match.allow = all_methods;
        return match;
    }
    auto segments = path.starts_with('/') ? decoded_segments(path) : std::nullopt;
    if (!segments) {
        match.outcome = Match::Outcome::malformed;
        return match;
    }
    if (path.find('%') != std::string_view::npos)
        for (const auto& [pattern, route] : exact_)
            if (fits(route, *segments)) return match_method(route, method);
    for (const auto& route : with_params_) {
        if (!fits(*route, *segments)) continue;
        match = match_method(*route, method);
        for (std::size_t i = 0; i < segments->size(); ++i)
            if (route->segments[i].is_param) match.params.add(route->segments[i].text, (*segments)[i]);
        return match;
    }
    return match;
}

Task<Response> Router::handle(const Request& request) {
    const auto match = this->match(request.method, request.path);
    if (match.outcome == Match::Outcome::found) co_return co_await (*match.handler)(request, match.params);
    if (match.outcome == Match::Outcome::malformed)
        co_return problem(Errc::malformed_request, request.request_id);
    if (match.outcome == Match::Outcome::not_found) co_return problem(Errc::not_found, request.request_id);
    auto response = match.outcome == Match::Outcome::preflight
                        ? empty(204)
                        : problem(Errc::method_not_allowed, request.request_id);
    response.headers.add("Allow", match.allow);
    co_return response;
}

Response Router::on_exception(std::exception_ptr exception, const Request& request) {
    return on_exception_(std::move(exception), request);
}

}  // namespace roost::http
