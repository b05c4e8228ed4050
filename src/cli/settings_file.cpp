#include "cli/settings_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace roost::cli {
namespace {

constexpr std::size_t most_bytes = 64UL * 1024;

FileEntry entry_of(std::string key, const toml::node& node, const std::string& name) {
    FileEntry entry;
    entry.key = std::move(key);
    entry.place = fmt::format("{}, line {}", name, node.source().begin.line);
    if (const auto* number = node.as_integer()) {
        entry.kind = FileEntry::Kind::number;
        entry.texts.push_back(std::to_string(number->get()));
    } else if (const auto* text = node.as_string()) {
        entry.kind = FileEntry::Kind::text;
        entry.texts.push_back(text->get());
    } else if (const auto* list = node.as_array()) {
        entry.kind = FileEntry::Kind::list;
        for (const auto& element : *list) {
            if (const auto* part = element.as_string()) entry.texts.push_back(part->get());
            else entry.kind = FileEntry::Kind::other;
        }
    } else if (node.is_table()) {
        entry.kind = FileEntry::Kind::table;
    }
    return entry;
}

// Depth is bounded by the parser.
void append_entries(std::vector<FileEntry>& entries, const std::string& prefix, const toml::table& table,
                    const std::string& name) {
    for (const auto& [key, node] : table) {
        entries.push_back(entry_of(prefix + std::string(key.str()), node, name));
        if (const auto* inner = node.as_table())
            append_entries(entries, prefix + std::string(key.str()) + '.', *inner, name);
    }
}

}  // namespace

std::vector<FileEntry> parse_settings_file(std::string_view toml, const std::string& name) {
    std::vector<FileEntry> entries;
    try {
        append_entries(entries, "", toml::parse(toml), name);
    } catch (const toml::parse_error& error) {
        // Not its description, which quotes the file.
        const auto at = error.source().begin;
        throw SettingsError(
            fmt::format("{}, line {}, column {}: this is not TOML", name, at.line, at.column));
    }
    return entries;
}

std::string read_small_file(const std::filesystem::path& path) {
    const auto fail = [&path](const std::string& why) -> SettingsError {
        return SettingsError(fmt::format("cannot read {}: {}", path.string(), why));
    };
    const auto close = [](std::FILE* file) { std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "re"), close);
    if (!file) throw fail(std::generic_category().message(errno));
    std::string text(most_bytes + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0) throw fail(std::generic_category().message(errno));
    if (text.size() > most_bytes) throw fail("it has more than 64 KiB");
    return text;
}

}  // namespace roost::cli
