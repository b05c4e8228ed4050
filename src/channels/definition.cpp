#include "channels/definition.hpp"

#include <algorithm>

namespace roost::channels {

bool Definition::matches(std::string_view topic) const noexcept {
    const std::string_view pattern = pattern_;
    if (pattern.ends_with('*')) return topic.starts_with(pattern.substr(0, pattern.size() - 1));
    return topic == pattern;
}

const Definition::Call* Definition::handler(std::string_view event) const noexcept {
    const auto found = std::ranges::find(handlers_, event, [](const auto& entry) { return entry.first; });
    return found == handlers_.end() ? nullptr : &found->second;
}

const Definition* Definitions::match(std::string_view topic) const noexcept {
    const auto found = std::ranges::find_if(
        list_, [topic](const Definition& definition) { return definition.matches(topic); });
    return found == list_.end() ? nullptr : &*found;
}

}  // namespace roost::channels
