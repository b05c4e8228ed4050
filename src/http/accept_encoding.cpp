#include "http/accept_encoding.hpp"

#include "http/syntax.hpp"

#include <optional>

namespace roost::http {

// A coding's own name goes before the asterisk.
bool accepts_gzip(const Headers& headers) {
    std::optional<bool> named;
    bool other = false;
    for (const auto& [name, value] : headers) {
        if (!equals_ignoring_case(name, "Accept-Encoding")) continue;
        for (std::string_view list = value; !list.empty();) {
            auto parameters = take_element(list);
            const auto coding = take_element(parameters, ';');
            if (equals_ignoring_case(coding, "gzip")) named = !is_refused(parameters);
            if (coding == "*") other = !is_refused(parameters);
        }
    }
    return named.value_or(other);
}

}  // namespace roost::http
