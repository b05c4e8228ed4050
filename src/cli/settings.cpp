#include "cli/settings.hpp"

#include "cli/settings_file.hpp"
#include "cli/settings_table.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <span>

namespace roost::cli {
namespace {

using Kind = SettingSource::Kind;

// What was given for a setting, before anybody looked at it.
struct Given {
    std::vector<std::string> texts;
    SettingSource source;
};

constexpr std::string_view file_suffix = "_FILE";
// Where CLI11 begins the explanations of a help text, and where a line ends.
constexpr std::size_t help_column = 30;
constexpr std::size_t help_width = 100;

// Breaks a text into lines, each after the first indented.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    for (const auto& word : split_words(text)) {
        if (column != 0 && column + 1 + word.size() > help_width - help_column) {
            out += '\n' + std::string(indent, ' ');
            column = 0;
        } else if (column != 0) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::string help_of(const SettingDefinition& definition) {
    const auto fallback = default_of(definition);
    return fmt::format("{} [{}{}{}]", definition.help, definition.variable,
                       fallback.empty() ? "" : ", default ", fallback);
}

std::string names_of_variables() {
    std::string names;
    for (const auto& definition : setting_definitions()) names += fmt::format(" {}", definition.variable);
    return names;
}

bool is_variable(std::string_view name) {
    return std::ranges::any_of(setting_definitions(), [name](const SettingDefinition& definition) {
        return name == definition.variable ||
               (definition.is_secret && name == fmt::format("{}{}", definition.variable, file_suffix));
    });
}

void refuse_unknown_variables() {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto name = text.substr(0, text.find('='));
        if (name.starts_with("ROOST_") && !is_variable(name))
            throw SettingsError(
                fmt::format("{} is not a setting. The settings are:{}", name, names_of_variables()));
    }
}

std::vector<std::string> as_texts(const SettingDefinition& definition, std::string text) {
    if (is_list(definition)) return definition.split(text);
    std::vector<std::string> texts;
    texts.push_back(std::move(text));
    return texts;
}

// A secret that a container was given as a file. The line's end is not part of it.
std::string read_secret(const std::string& variable, const char* path) {
    try {
        auto text = read_small_file(path);
        if (text.ends_with('\n')) text.pop_back();
        if (text.ends_with('\r')) text.pop_back();
        return text;
    } catch (const SettingsError& error) {
        throw SettingsError(fmt::format("{}: {}", variable, error.what()));
    }
}

std::optional<Given> from_environment(const SettingDefinition& definition) {
    const std::string name(definition.variable);
    const char* text = std::getenv(name.c_str());
    if (definition.is_secret) {
        const auto file_name = name + std::string(file_suffix);
        if (const char* path = std::getenv(file_name.c_str()); path != nullptr) {
            if (text != nullptr)
                throw SettingsError(
                    fmt::format("{} and {} are both set: which one is meant?", name, file_name));
            return Given{as_texts(definition, read_secret(file_name, path)), {Kind::environment, file_name}};
        }
    }
    if (text == nullptr) return std::nullopt;
    return Given{as_texts(definition, text), {Kind::environment, name}};
}

void set(const SettingDefinition& definition, Settings& settings, Given given) {
    if (assign(definition, settings, std::move(given.texts))) return;
    const auto what = given.source.kind == Kind::file
                          ? fmt::format("{}: {}", given.source.origin, definition.name)
                          : given.source.origin;
    throw SettingsError(fmt::format("{} must be {}", what, definition.expected));
}

// The file's type for a setting, in words.
FileEntry::Kind kind_of(const SettingDefinition& definition) {
    if (is_list(definition)) return FileEntry::Kind::list;
    return is_number(definition) ? FileEntry::Kind::number : FileEntry::Kind::text;
}

std::string_view name_of(FileEntry::Kind kind) {
    switch (kind) {
        case FileEntry::Kind::number: return "a whole number";
        case FileEntry::Kind::text: return "a text between quotes";
        default: return "a list of texts, [\"…\", \"…\"]";
    }
}

void refuse_unknown_key(const FileEntry& entry) {
    std::string names;
    for (const auto& definition : setting_definitions()) {
        if (!definition.is_in_file) continue;
        const bool holds_it =
            entry.kind == FileEntry::Kind::table && definition.name.starts_with(entry.key + '.');
        if (definition.name == entry.key || holds_it) return;
        names += fmt::format(" {}", definition.name);
    }
    throw SettingsError(
        fmt::format("{}: {} is not a setting. The settings are:{}", entry.place, entry.key, names));
}

std::vector<FileEntry> read_settings_file(const std::filesystem::path& path) {
    auto entries = parse_settings_file(read_small_file(path), path.string());
    for (const auto& entry : entries) refuse_unknown_key(entry);
    return entries;
}

std::optional<Given> from_file(const SettingDefinition& definition, const std::vector<FileEntry>& file) {
    const auto entry = std::ranges::find(file, definition.name, &FileEntry::key);
    if (!definition.is_in_file || entry == file.end()) return std::nullopt;
    if (entry->kind != kind_of(definition))
        throw SettingsError(fmt::format("{}: {} must be written as {}: {}", entry->place, definition.name,
                                        name_of(kind_of(definition)), definition.expected));
    return Given{entry->texts, {Kind::file, entry->place}};
}

std::optional<Given> from_default(const SettingDefinition& definition) {
    auto text = default_of(definition);
    if (text.empty()) return std::nullopt;
    return Given{as_texts(definition, std::move(text)), {}};
}

// The file where none was named.
std::optional<std::filesystem::path> usual_file(const std::string& environment) {
    std::filesystem::path path = fmt::format("config/{}.toml", environment);
    std::error_code none;
    return std::filesystem::exists(path, none) ? std::optional(std::move(path)) : std::nullopt;
}

}  // namespace

SettingsInput::SettingsInput() : flags_(setting_definitions().size()) {}

void SettingsInput::add_flags(CLI::App& command, For scope) {
    std::string secrets;
    for (std::size_t i = 0; i < flags_.size(); ++i) {
        const auto& definition = setting_definitions()[i];
        if (!definition.scope.has(scope)) continue;
        if (definition.is_secret)
            secrets += fmt::format("\n  {:<{}}{}", definition.variable, help_column - 2,
                                   wrapped(definition.help, help_column));
        else
            command.add_option(std::string(definition.flag), flags_[i], wrapped(help_of(definition), 0))
                ->option_text(std::string(definition.argument))
                ->group("Settings");
    }
    command.footer(
        "Secrets, which have no flag, for others can read a command line. Each may also stand in a file"
        "\nwhose path is in <NAME>_FILE:" +
        secrets);
}

std::vector<EffectiveSetting> SettingsInput::effective() const {
    const auto resolved = resolve();
    std::vector<EffectiveSetting> all;
    for (std::size_t i = 0; i < flags_.size(); ++i) {
        const auto& definition = setting_definitions()[i];
        all.push_back({definition.name, definition.flag, definition.variable, is_number(definition),
                       is_list(definition) && !definition.is_secret, shown(definition, resolved.settings),
                       resolved.sources[i]});
    }
    return all;
}

SettingsInput::Resolved SettingsInput::resolve() const {
    refuse_unknown_variables();
    Resolved resolved;
    auto& settings = resolved.settings;
    std::vector<FileEntry> file;
    const auto settle = [&](std::size_t i) {
        const auto& definition = setting_definitions()[i];
        std::optional<Given> given;
        if (flags_[i])
            given = Given{as_texts(definition, *flags_[i]), {Kind::flag, std::string(definition.flag)}};
        if (!given) given = from_environment(definition);
        if (!given) given = from_file(definition, file);
        if (!given) given = from_default(definition);
        resolved.sources.push_back(given ? given->source : SettingSource());
        if (given) set(definition, settings, std::move(*given));
    };
    constexpr std::size_t first_in_file = 2;
    for (std::size_t i = 0; i < first_in_file; ++i) settle(i);
    if (!settings.config_file) settings.config_file = usual_file(settings.environment);
    if (settings.config_file) file = read_settings_file(*settings.config_file);
    for (std::size_t i = first_in_file; i < flags_.size(); ++i) settle(i);
    return resolved;
}

}  // namespace roost::cli
