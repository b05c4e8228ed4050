#include "cli/settings.hpp"

#include "auth/access_token.hpp"
#include "http/origins.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <thread>

extern char** environ;  // NOLINT: POSIX's own name

namespace roost::cli {
namespace {

using For = SettingsInput::For;

// What a text must be, in words; set() gives false when it is not.
struct Definition {
    std::string_view flag;  // empty: a secret, which must not stand on a command line
    std::string_view variable;
    std::string_view expected;
    std::string (*default_text)();
    bool (*set)(Settings& settings, const std::string& text);
    For scope;
};

template <class Number>
bool set_number(Number& out, const std::string& text, Number min, Number max) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) return false;
    out = value;
    return true;
}

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

bool set_origins(Settings& settings, const std::string& text) {
    std::vector<std::string> origins;
    for (std::size_t from = 0; from < text.size();) {
        const auto comma = std::min(text.find(',', from), text.size());
        origins.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    try {
        http::AllowedOrigins checked(origins);
    } catch (const std::invalid_argument&) {
        return false;
    }
    settings.cors_origins = std::move(origins);
    return true;
}

bool set_host(Settings& settings, const std::string& text) {
    in6_addr address{};
    settings.host = text == "localhost" ? "127.0.0.1" : text;
    return ::inet_pton(AF_INET, settings.host.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, settings.host.c_str(), &address) == 1;
}

bool set_database_url(Settings& settings, const std::string& text) {
    if (!text.starts_with("postgres://") && !text.starts_with("postgresql://")) return false;
    settings.database_url = text;
    return true;
}

const std::array definitions{
    Definition{"--data-dir", "ROOST_DATA_DIR", "a directory for the private PostgreSQL and secrets",
               default_data_dir, [](Settings& s, const std::string& t) { return s.data_dir = t, !t.empty(); },
               For::database},
    Definition{"", "DATABASE_URL",
               "postgres://user:password@host:port/database; without one, a private PostgreSQL is run",
               nullptr, set_database_url, For::database},
    Definition{"--log-level", "ROOST_LOG_LEVEL", "debug, info, warning, error or off",
               [] { return std::string("info"); },
               [](Settings& s, const std::string& t) {
                   s.log_level = t;
                   return t == "debug" || t == "info" || t == "warning" || t == "error" || t == "off";
               },
               For::database},
    Definition{"--host", "ROOST_HOST", "an IP address to listen on", [] { return std::string("127.0.0.1"); },
               set_host, For::serve},
    Definition{"--gateway-port", "ROOST_GATEWAY_PORT", "a port from 1 to 65535",
               [] { return std::string("3000"); },
               [](Settings& s, const std::string& t) {
                   return set_number<std::uint16_t>(s.gateway_port, t, 1, 65535);
               },
               For::serve},
    Definition{
        "--api-port", "ROOST_API_PORT", "a port from 1 to 65535", [] { return std::string("4000"); },
        [](Settings& s, const std::string& t) { return set_number<std::uint16_t>(s.api_port, t, 1, 65535); },
        For::serve},
    Definition{"--cores", "ROOST_CORES", "a number of threads from 1 to 64", default_cores,
               [](Settings& s, const std::string& t) { return set_number(s.cores, t, 1U, 64U); }, For::serve},
    Definition{"", "ROOST_JWT_SECRET", "at least 32 bytes, kept secret; without one, it is made and kept",
               nullptr,
               [](Settings& s, const std::string& t) {
                   s.jwt_secret = t;
                   return t.size() >= auth::AccessTokens::least_secret_bytes;
               },
               For::serve},
    Definition{"--cors-origins", "ROOST_CORS_ORIGINS",
               "a comma list of origins such as https://chat.example.com", [] { return std::string(); },
               set_origins, For::serve},
    Definition{"--bcrypt-cost", "ROOST_BCRYPT_COST", "a number from 4 to 31",
               [] { return std::string("12"); },
               [](Settings& s, const std::string& t) { return set_number(s.bcrypt_cost, t, 4U, 31U); },
               For::database},
};

void refuse_unknown_variables() {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto name = text.substr(0, text.find('='));
        if (!name.starts_with("ROOST_")) continue;
        const auto known = std::ranges::find(definitions, name, &Definition::variable);
        if (known != definitions.end()) continue;
        std::string all;
        for (const auto& definition : definitions) all += fmt::format(" {}", definition.variable);
        throw SettingsError(fmt::format("{} is not a setting. The settings are:{}", name, all));
    }
}

void set(const Definition& definition, Settings& settings, const std::string& text, std::string_view source) {
    if (!definition.set(settings, text))
        throw SettingsError(fmt::format("{} must be {}", source, definition.expected));
}

}  // namespace

SettingsInput::SettingsInput() : flags_(definitions.size()) {}

void SettingsInput::add_flags(CLI::App& command, For scope) {
    std::string environment_only;
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const auto& definition = definitions[i];
        if (scope == For::database && definition.scope == For::serve) continue;
        if (definition.flag.empty()) {
            environment_only += fmt::format("\n  {:<26}  {}", definition.variable, definition.expected);
            continue;
        }
        auto text = fmt::format("{} [{}]", definition.expected, definition.variable);
        if (definition.default_text != nullptr && !definition.default_text().empty())
            text += fmt::format(", default {}", definition.default_text());
        command.add_option(std::string(definition.flag), flags_[i], text);
    }
    command.footer("Secrets, from the environment only:" + environment_only);
}

Settings SettingsInput::read() const {
    refuse_unknown_variables();
    Settings settings;
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const auto& definition = definitions[i];
        const char* variable = std::getenv(std::string(definition.variable).c_str());
        if (flags_[i]) set(definition, settings, *flags_[i], definition.flag);
        else if (variable != nullptr) set(definition, settings, variable, definition.variable);
        else if (definition.default_text != nullptr)
            set(definition, settings, definition.default_text(), definition.variable);
    }
    return settings;
}

}  // namespace roost::cli
