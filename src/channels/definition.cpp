#include "channels/definition.hpp"

#include <algorithm>

namespace roost::channels {

bool Definition::matches(std::string_view topic) const noexcept {
    const std::string_view pattern = pattern_;
    if (pattern.ends_with('*')) return topic.starts_with(pattern.substr(0, pattern.size() - 1));
    return topic == pattern;
}

Result<const Definition::Call*> Definition::handler(std::string_view event, bool is_binary) const noexcept {
    bool is_known = false;
    for (const auto& handler : handlers_) {
        if (handler.event != event) continue;
        if (handler.is_binary == is_binary) return &handler.call;
        is_known = true;
    }
    return Problem(is_known ? Errc::unsupported_media_type : Errc::not_found);
}

const Definition* Definitions::match(std::string_view topic) const noexcept {
    const auto found = std::ranges::find_if(
        list_, [topic](const Definition& definition) { return definition.matches(topic); });
    return found == list_.end() ? nullptr : &*found;
}

}  // namespace roost::channels
