#include "cli/settings_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

namespace roost::cli {
namespace {

using Kind = FileEntry::Kind;

FileEntry entry(std::string_view toml, std::string_view key) {
    const auto entries = parse_settings_file(toml, "a.toml");
    const auto found = std::ranges::find(entries, key, &FileEntry::key);
    REQUIRE(found != entries.end());
    return *found;
}

std::string refusal(std::string_view toml) {
    try {
        parse_settings_file(toml, "a.toml");
    } catch (const SettingsError& error) {
        return error.what();
    }
    return "";
}

std::string read_error(const std::filesystem::path& path) {
    try {
        read_small_file(path);
    } catch (const SettingsError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("keys are named with their tables, and keep their types and lines") {
    constexpr auto file =
        "host = 'localhost'\n"
        "cors_origins = ['https://a', \"https://b\"]\n"
        "[gateway]\n"
        "port = 3_000\n";
    CHECK(entry(file, "host").kind == Kind::text);
    CHECK(entry(file, "host").texts == std::vector<std::string>{"localhost"});
    CHECK(entry(file, "cors_origins").kind == Kind::list);
    CHECK(entry(file, "cors_origins").texts == std::vector<std::string>{"https://a", "https://b"});
    CHECK(entry(file, "gateway").kind == Kind::table);
    CHECK(entry(file, "gateway.port").kind == Kind::number);
    CHECK(entry(file, "gateway.port").texts == std::vector<std::string>{"3000"});
    CHECK(entry(file, "gateway.port").place == "a.toml, line 4");
}

TEST_CASE("dotted keys and inline tables are the same as tables") {
    CHECK(entry("gateway.port = 1", "gateway.port").texts.front() == "1");
    CHECK(entry("gateway = {port = 1}", "gateway.port").texts.front() == "1");
    CHECK(entry("\ngateway.port = 1", "gateway").place == "a.toml, line 2");
}

TEST_CASE("what no setting can be has a kind of its own") {
    for (const auto* value : {"true", "1.5", "2026-01-31", "[1, 2]", "['a', 1]", "[['a']]", "[{a = 1}]"})
        CHECK_MESSAGE(entry(fmt::format("x = {}", value), "x").kind == Kind::other, value);
    CHECK(entry("[[x]]\na = 1", "x").kind == Kind::other);
}

TEST_CASE("what is not TOML is refused with its place and without a word of it") {
    CHECK(refusal("a = 1\nb = hush\n") == "a.toml, line 2, column 5: this is not TOML");
    CHECK(refusal("hush = 1\nhush = 2\n").find("hush") == std::string::npos);
    for (const auto* wrong :
         {"a", "a = ", "a = 'x", "[a", "a = 1\na = 2", "a = \"\xff\"", "a = 1 b = 2", "= 1"})
        CHECK_MESSAGE(refusal(wrong).starts_with("a.toml, line "), wrong);
    CHECK(refusal("a = " + std::string(5000, '[')).starts_with("a.toml, line 1"));
}

TEST_CASE("an empty file is a file without settings") {
    CHECK(parse_settings_file("", "a.toml").empty());
    CHECK(parse_settings_file("# nothing\n", "a.toml").empty());
}

TEST_CASE("a file is read up to 64 KiB, and one that cannot be is named with the reason") {
    const auto directory = std::filesystem::temp_directory_path() / "roost-settings-file-test";
    std::filesystem::create_directories(directory);
    const auto path = directory / "a.toml";
    const auto write = [&path](std::size_t size) { std::ofstream(path) << std::string(size, 'a'); };
    write(65536);
    CHECK(read_small_file(path).size() == 65536);
    write(65537);
    CHECK(read_error(path) == fmt::format("cannot read {}: it has more than 64 KiB", path.string()));
    CHECK(read_error(directory / "b.toml").ends_with("b.toml: No such file or directory"));
    CHECK(read_error(directory).ends_with(": Is a directory"));
    std::filesystem::remove_all(directory);
}

}  // namespace roost::cli
