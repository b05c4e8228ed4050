// The settings file: TOML, small, read once. What its keys mean is the table's concern.
#pragma once

#include "cli/settings.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace roost::cli {

// One key of the file. A table is one too, so that a misspelt one is noticed although it is empty.
struct FileEntry {
    enum class Kind { number, text, list, table, other };

    std::string key;  // "gateway.port"
    Kind kind = Kind::other;
    std::vector<std::string> texts;  // the elements of a list; else one. A list holds texts only
    std::string place;               // "config/test.toml, line 4", for messages
};

// `name` stands for the file in messages. Throws SettingsError with file, line and column where `toml` is not
// TOML; never a part of it.
std::vector<FileEntry> parse_settings_file(std::string_view toml, const std::string& name);

// What a small file holds: one of settings, or one with a secret. Throws SettingsError "cannot read <path>:
// …" when it cannot be read, or has more than 64 KiB.
std::string read_small_file(const std::filesystem::path& path);

}  // namespace roost::cli
