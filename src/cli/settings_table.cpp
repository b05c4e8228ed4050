#include "cli/settings_table.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>

namespace roost::cli {
namespace {

template <class T>
constexpr bool is_a_list = std::same_as<T, std::vector<std::string>>;

bool is_plain(std::string_view text) {
    return std::ranges::none_of(text,
                                [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

bool accepts(const SettingDefinition& definition, std::string& text) {
    if (!definition.is_secret && !is_plain(text)) return false;
    return definition.accepts == nullptr ? !text.empty() : definition.accepts(text);
}

template <std::integral T>
bool set(const SettingDefinition& definition, T& member, std::vector<std::string>& texts) {
    const auto& text = texts.front();
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    member = value;
    return error == std::errc{} && end == text.data() + text.size() && value >= definition.min &&
           value <= definition.max;
}

template <class T>
bool set(const SettingDefinition& definition, T& member, std::vector<std::string>& texts) {
    const bool accepted =
        std::ranges::all_of(texts, [&definition](std::string& text) { return accepts(definition, text); });
    if constexpr (is_a_list<T>) member = std::move(texts);
    else member = std::move(texts.front());
    return accepted;
}

std::vector<std::string> texts_of(const std::vector<std::string>& list) {
    return list;
}
std::vector<std::string> texts_of(const std::string& text) {
    return {text};
}
std::vector<std::string> texts_of(const std::filesystem::path& path) {
    return {path.string()};
}
std::vector<std::string> texts_of(std::integral auto number) {
    return {std::to_string(number)};
}
template <class T>
std::vector<std::string> texts_of(const std::optional<T>& maybe) {
    return maybe ? texts_of(*maybe) : std::vector<std::string>();
}

}  // namespace

bool SettingDefinition::Scope::has(SettingsInput::For command) const {
    switch (command) {
        case SettingsInput::For::database: return database;
        case SettingsInput::For::serve: return serve;
        case SettingsInput::For::api: return api;
        case SettingsInput::For::gateway: return gateway;
        case SettingsInput::For::any: return true;
    }
    return false;
}

bool is_number(const SettingDefinition& definition) {
    return std::holds_alternative<std::uint16_t Settings::*>(definition.member) ||
           std::holds_alternative<unsigned Settings::*>(definition.member);
}

bool is_list(const SettingDefinition& definition) {
    return std::holds_alternative<std::vector<std::string> Settings::*>(definition.member);
}

std::string default_of(const SettingDefinition& definition) {
    return definition.computed_default != nullptr ? definition.computed_default()
                                                  : std::string(definition.default_text);
}

bool assign(const SettingDefinition& definition, Settings& settings, std::vector<std::string> texts) {
    return std::visit([&](auto member) { return set(definition, settings.*member, texts); },
                      definition.member);
}

std::vector<std::string> shown(const SettingDefinition& definition, const Settings& settings) {
    auto texts = std::visit([&](auto member) { return texts_of(settings.*member); }, definition.member);
    if (!definition.is_secret || texts.empty()) return texts;
    return {definition.masked != nullptr ? definition.masked(texts.front()) : "(set)"};
}

}  // namespace roost::cli
