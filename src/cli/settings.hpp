// Settings of `roost`: each defined once, with its flag, its environment variable, its default and what is
// acceptable. A flag wins over the environment, the environment over the default.
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
    std::filesystem::path data_dir;
    std::string host;
    std::uint16_t gateway_port = 0;
    std::uint16_t api_port = 0;
    unsigned cores = 0;
    std::optional<std::string> jwt_secret;  // else made and kept in the data directory
    std::vector<std::string> cors_origins;
    unsigned bcrypt_cost = 0;
    std::string log_level;
    std::optional<std::string> database_url;  // else a private PostgreSQL in the data directory
};

// Names a setting that is wrong and what is expected; never the value of a secret one.
class SettingsError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The texts given by flags, gathered by the command-line parser; one for each definition.
class SettingsInput {
public:
    // Which commands a setting is for.
    enum class For { database, serve };

    SettingsInput();
    // Adds a flag for each setting that the command has; secrets have none, for command lines are public.
    void add_flags(CLI::App& command, For scope);
    // Flags, then environment, then defaults. Refuses a ROOST_… variable that is not known. Throws
    // SettingsError.
    [[nodiscard]] Settings read() const;

private:
    std::vector<std::optional<std::string>> flags_;
};

}  // namespace roost::cli
