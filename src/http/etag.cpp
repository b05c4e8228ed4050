#include "http/etag.hpp"

#include "http/syntax.hpp"

namespace roost::http {
namespace {

std::string_view opaque(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag;
}

}  // namespace

bool has_already(const Headers& headers, std::string_view etag) {
    for (const auto& [name, value] : headers) {
        if (!equals_ignoring_case(name, "If-None-Match")) continue;
        for (std::string_view list = value; !list.empty();) {
            const auto known = take_element(list);
            if (known == "*" || opaque(known) == opaque(etag)) return true;
        }
    }
    return false;
}

}  // namespace roost::http
