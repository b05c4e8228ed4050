// Settings of `roost`: what they are, and how a command gets them. Each is defined once, in
// settings_definitions.cpp, with its name in the file, its flag, its environment variable, its default and
// what is acceptable.
//
// A flag wins over the environment, the environment over the file, the file over the default. The file is the
// one of --config or ROOST_CONFIG, else config/<ROOST_ENV>.toml in the working directory if it exists.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT: the library's own name
class App;
}

namespace roost::cli {

struct Settings {
    std::string environment;  // development, test or production
    std::optional<std::filesystem::path> config_file;

    std::filesystem::path data_dir;
    std::string log_level;
    std::optional<std::string> database_url;  // else a private PostgreSQL in the data directory
    std::optional<std::filesystem::path>
        postgres_bin;  // of the private PostgreSQL; else the newest installed

    std::string host;  // an IP address
    std::uint16_t gateway_port = 0;
    std::uint16_t api_port = 0;
    unsigned cores = 0;
    std::string upstream;  // "http://host:port", for a gateway without an API of its own
    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;  // IP addresses and CIDR blocks

    unsigned room_memory_bytes = 0;  // of all rooms

    unsigned max_channels = 0;
    unsigned max_frame_bytes = 0;
    unsigned max_outbox_bytes = 0;
    unsigned idle_timeout_s = 0;
    std::string websocket_compression;  // on or off
    unsigned socket_event_rate = 0;     // a second; 0 is no limit, as of the next two rates
    unsigned socket_event_burst = 0;
    unsigned user_event_rate = 0;
    unsigned user_event_burst = 0;
    unsigned connect_rate = 0;
    unsigned connect_burst = 0;

    unsigned drain_delay_s = 0;
    unsigned drain_window_s = 0;

    std::optional<std::string> jwt_secret;                 // else made and kept in the data directory
    std::vector<std::string> jwt_old_secrets;              // their tokens are still accepted
    std::optional<std::filesystem::path> jwt_public_keys;  // a directory of <kid>.pem
    std::string jwt_issuer;
    std::string jwt_audience;
    unsigned bcrypt_cost = 0;
};

// Names a setting that is wrong and what is expected; never the value.
class SettingsError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Where the value of a setting came from.
struct SettingSource {
    enum class Kind { flag, environment, file, preset };

    Kind kind = Kind::preset;
    std::string origin;  // the flag, the variable, or the file and its line; empty for a default
};

// One setting as it will be used, fit to be shown: secrets are masked.
struct EffectiveSetting {
    std::string_view name;  // "gateway.port", as in the file
    std::string_view flag;  // empty: none
    std::string_view variable;
    bool is_number = false;
    bool is_list = false;  // else `values` has one text, or none when it is not set
    std::vector<std::string> values;
    SettingSource source;
};

// The command line's part, gathered by CLI11 while it parses; then the whole, read once. Owned by main.
class SettingsInput {
public:
    // Which commands a setting is for. `any` command is one that shows them all.
    enum class For { database, serve, api, gateway, any };

    SettingsInput();
    // Adds a flag for each setting that the command has; secrets have none, for command lines are public.
    void add_flags(CLI::App& command, For scope);

    // Reads the environment and the file, all of it: a setting of another command must be right as well, and
    // a ROOST_… variable or a key that is not known is refused. Throws SettingsError.
    [[nodiscard]] Settings read() const { return resolve().settings; }
    // The same, to be shown.
    [[nodiscard]] std::vector<EffectiveSetting> effective() const;

private:
    struct Resolved {
        Settings settings;
        std::vector<SettingSource> sources;  // one for each definition
    };
    [[nodiscard]] Resolved resolve() const;

    std::vector<std::optional<std::string>> flags_;  // one for each definition
};

}  // namespace roost::cli
