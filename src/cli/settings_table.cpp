#include "cli/settings_table.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstdlib>
#include <thread>

namespace roost::cli {
namespace {

using Scope = SettingDefinition::Scope;
constexpr Scope every_command{.database = true, .serve = true, .api = true, .gateway = true};
constexpr Scope with_private_cluster{.database = true, .serve = true};
constexpr Scope with_database{.database = true, .serve = true, .api = true};
constexpr Scope servers{.serve = true, .api = true, .gateway = true};
constexpr Scope with_api{.serve = true, .api = true};
constexpr Scope with_gateway{.serve = true, .gateway = true};
constexpr Scope gateway_alone{.gateway = true};

std::string default_data_dir() {
    if (::geteuid() == 0) return "/var/lib/roost";
    if (const char* data_home = std::getenv("XDG_DATA_HOME"); data_home != nullptr && *data_home == '/')
        return std::string(data_home) + "/roost";
    const char* home = std::getenv("HOME");
    return std::string(home != nullptr ? home : ".") + "/.local/share/roost";
}

std::string default_cores() {
    return std::to_string(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

bool is_environment(std::string& text) {
    return text == "development" || text == "test" || text == "production";
}

bool is_log_level(std::string& text) {
    return text == "debug" || text == "info" || text == "warning" || text == "error" || text == "off";
}

constexpr std::array definitions{
    SettingDefinition{.name = "environment",
                      .flag = "--env",
                      .argument = "NAME",
                      .variable = "ROOST_ENV",
                      .help = "Names the settings file: development, test or production",
                      .expected = "development, test or production",
                      .member = &Settings::environment,
                      .accepts = is_environment,
                      .default_text = "development",
                      .scope = every_command,
                      .is_in_file = false},
    SettingDefinition{.name = "config_file",
                      .flag = "--config",
                      .argument = "FILE",
                      .variable = "ROOST_CONFIG",
                      .help = "Settings file (TOML); else config/<ROOST_ENV>.toml where it exists",
                      .expected = "a settings file (TOML)",
                      .member = &Settings::config_file,
                      .scope = every_command,
                      .is_in_file = false},
    SettingDefinition{.name = "data_dir",
                      .flag = "--data-dir",
                      .argument = "DIR",
                      .variable = "ROOST_DATA_DIR",
                      .help = "Where the private PostgreSQL and a secret that was made are kept",
                      .expected = "a path",
                      .member = &Settings::data_dir,
                      .computed_default = default_data_dir,
                      .scope = with_private_cluster},
    SettingDefinition{.name = "log.level",
                      .flag = "--log-level",
                      .argument = "LEVEL",
                      .variable = "ROOST_LOG_LEVEL",
                      .help = "Least level that is logged: debug, info, warning, error or off",
                      .expected = "debug, info, warning, error or off",
                      .member = &Settings::log_level,
                      .accepts = is_log_level,
                      .default_text = "info",
                      .scope = every_command},
    SettingDefinition{.name = "database.url",
                      .variable = "DATABASE_URL",
                      .help = "postgres://user:password@host:port/database; else a private PostgreSQL",
                      .expected = "postgres://user:password@host:port/database",
                      .member = &Settings::database_url,
                      .accepts = is_database_url,
                      .scope = with_database,
                      .is_secret = true,
                      .masked = without_passwords},
    SettingDefinition{.name = "database.postgres_bin",
                      .flag = "--postgres-bin",
                      .argument = "DIR",
                      .variable = "ROOST_POSTGRES_BIN",
                      .help = "Programs of the private PostgreSQL; else the newest installed",
                      .expected = "a directory with postgres and initdb",
                      .member = &Settings::postgres_bin,
                      .scope = with_private_cluster},
    SettingDefinition{.name = "host",
                      .flag = "--host",
                      .argument = "ADDRESS",
                      .variable = "ROOST_HOST",
                      .help = "IP address to listen on",
                      .expected = "an IP address to listen on",
                      .member = &Settings::host,
                      .accepts = is_listen_address,
                      .default_text = "127.0.0.1",
                      .scope = servers},
    SettingDefinition{.name = "cores",
                      .flag = "--cores",
                      .argument = "N",
                      .variable = "ROOST_CORES",
                      .help = "Threads, each with a loop of its own, 1 to 64",
                      .expected = "a number from 1 to 64",
                      .member = &Settings::cores,
                      .min = 1,
                      .max = 64,
                      .computed_default = default_cores,
                      .scope = servers},
    SettingDefinition{.name = "gateway.port",
                      .flag = "--gateway-port",
                      .argument = "PORT",
                      .variable = "ROOST_GATEWAY_PORT",
                      .help = "Port of the gateway",
                      .expected = "a port from 1 to 65535",
                      .member = &Settings::gateway_port,
                      .min = 1,
                      .max = 65535,
                      .default_text = "3000",
                      .scope = with_gateway},
    SettingDefinition{.name = "gateway.upstream",
                      .flag = "--upstream",
                      .argument = "URL",
                      .variable = "ROOST_UPSTREAM",
                      .help = "The API behind the gateway",
                      .expected = "http://host:port",
                      .member = &Settings::upstream,
                      .accepts = is_upstream,
                      .default_text = "http://127.0.0.1:4000",
                      .scope = gateway_alone},
    SettingDefinition{.name = "api.port",
                      .flag = "--api-port",
                      .argument = "PORT",
                      .variable = "ROOST_API_PORT",
                      .help = "Port of the API",
                      .expected = "a port from 1 to 65535",
                      .member = &Settings::api_port,
                      .min = 1,
                      .max = 65535,
                      .default_text = "4000",
                      .scope = with_api},
    SettingDefinition{
        .name = "cors_origins",
        .flag = "--cors-origins",
        .argument = "LIST",
        .variable = "ROOST_CORS_ORIGINS",
        .help = "Origins whose pages may call, such as https://chat.example.com, with commas between them",
        .expected = "a comma list of origins such as https://chat.example.com",
        .member = &Settings::cors_origins,
        .accepts = is_origin,
        .scope = servers},
    SettingDefinition{.name = "trusted_proxies",
                      .flag = "--trusted-proxies",
                      .argument = "LIST",
                      .variable = "ROOST_TRUSTED_PROXIES",
                      .help = "Addresses and blocks, such as 10.0.0.0/8, with commas between them, that are "
                              "believed whom a request is from",
                      .expected = "a comma list of addresses and blocks such as 10.0.0.0/8",
                      .member = &Settings::trusted_proxies,
                      .accepts = is_proxy,
                      .scope = servers},
    SettingDefinition{
        .name = "auth.secret",
        .variable = "ROOST_JWT_SECRET",
        .help = "Signs access tokens, 32 bytes or more; else roost serve makes one and keeps it",
        .expected = "at least 32 bytes",
        .member = &Settings::jwt_secret,
        .accepts = is_signing_secret,
        .scope = servers,
        .is_secret = true},
    SettingDefinition{.name = "auth.old_secrets",
                      .variable = "ROOST_JWT_OLD_SECRETS",
                      .help = "Their tokens are still accepted; with white space between them",
                      .expected = "secrets of at least 32 bytes",
                      .member = &Settings::jwt_old_secrets,
                      .accepts = is_signing_secret,
                      .split = split_words,
                      .scope = servers,
                      .is_secret = true},
    SettingDefinition{.name = "auth.public_keys",
                      .flag = "--jwt-public-keys",
                      .argument = "DIR",
                      .variable = "ROOST_JWT_PUBLIC_KEYS",
                      .help = "Directory of <kid>.pem, whose tokens are accepted as well",
                      .expected = "a directory",
                      .member = &Settings::jwt_public_keys,
                      .scope = servers},
    SettingDefinition{.name = "auth.issuer",
                      .flag = "--jwt-issuer",
                      .argument = "NAME",
                      .variable = "ROOST_JWT_ISSUER",
                      .help = "iss of tokens",
                      .expected = "a name without blanks",
                      .member = &Settings::jwt_issuer,
                      .accepts = is_token_name,
                      .default_text = "roost",
                      .scope = servers},
    SettingDefinition{.name = "auth.audience",
                      .flag = "--jwt-audience",
                      .argument = "NAME",
                      .variable = "ROOST_JWT_AUDIENCE",
                      .help = "aud of tokens",
                      .expected = "a name without blanks",
                      .member = &Settings::jwt_audience,
                      .accepts = is_token_name,
                      .default_text = "roost",
                      .scope = servers},
    SettingDefinition{.name = "auth.bcrypt_cost",
                      .flag = "--bcrypt-cost",
                      .argument = "N",
                      .variable = "ROOST_BCRYPT_COST",
                      .help = "Cost of password hashes, 4 to 31; one more doubles it",
                      .expected = "a number from 4 to 31",
                      .member = &Settings::bcrypt_cost,
                      .min = 4,
                      .max = 31,
                      .default_text = "12",
                      .scope = with_database},
};

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

std::span<const SettingDefinition> setting_definitions() {
    return definitions;
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
