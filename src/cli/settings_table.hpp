// The table of settings: what settings.cpp reads, shows and explains. One row is all there is to a setting.
#pragma once

#include "cli/settings.hpp"
#include "cli/settings_values.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace roost::cli {

// The member of Settings that a setting fills; its type is the setting's type.
using SettingMember =
    std::variant<std::uint16_t Settings::*, unsigned Settings::*, std::string Settings::*,
                 std::filesystem::path Settings::*, std::optional<std::string> Settings::*,
                 std::optional<std::filesystem::path> Settings::*, std::vector<std::string> Settings::*>;

struct SettingDefinition {
    // The kinds of command that have its flag.
    struct Scope {
        bool database = false, serve = false, api = false, gateway = false;
        [[nodiscard]] bool has(SettingsInput::For command) const;
    };

    std::string_view name;           // its key in the file
    std::string_view flag = {};      // empty: none, as secrets have
    std::string_view argument = {};  // what stands behind the flag in a help text
    std::string_view variable = {};  // a secret is also read from the file that <variable>_FILE names
    std::string_view help = {};
    std::string_view expected = {};  // completes "must be"
    SettingMember member = {};
    // What a text, or each element of a list, must be; it may be put into its usual form. Null: not empty.
    bool (*accepts)(std::string& text) = nullptr;
    std::int64_t min = 0, max = 0;  // of a number
    std::string_view default_text = {};
    std::string (*computed_default)() = nullptr;  // where it depends on the machine
    // A list as one text, in the environment or behind a flag.
    std::vector<std::string> (*split)(std::string_view text) = split_list;
    Scope scope = {};
    bool is_secret = false;
    // What may be shown of a secret. Null: whether it is set.
    std::string (*masked)(std::string_view text) = nullptr;
    bool is_in_file = true;
};

// The first two, `environment` and `config_file`, say where the others are read.
std::span<const SettingDefinition> setting_definitions();

[[nodiscard]] bool is_number(const SettingDefinition& definition);
[[nodiscard]] bool is_list(const SettingDefinition& definition);
// Empty when there is none.
[[nodiscard]] std::string default_of(const SettingDefinition& definition);

// Fills the member from the elements of a list, or from one text. False when they are not what is expected;
// then `settings` is good for nothing.
[[nodiscard]] bool assign(const SettingDefinition& definition, Settings& settings,
                          std::vector<std::string> texts);
// The other way round; of a secret only what may be shown.
[[nodiscard]] std::vector<std::string> shown(const SettingDefinition& definition, const Settings& settings);

}  // namespace roost::cli
