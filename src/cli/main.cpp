// `roost`: reads the command line and the settings, runs one command.
#include "cli/commands.hpp"
#include "cli/settings.hpp"
#include "core/log.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <functional>

namespace {

using roost::cli::Settings;
using roost::cli::SettingsInput;

// A command that needs settings: read, logged with, handed over.
void runs(CLI::App& command, SettingsInput& input, SettingsInput::For scope, int& exit_code,
          std::function<int(const Settings&)> run) {
    input.add_flags(command, scope);
    command.callback([&input, &exit_code, run = std::move(run)] {
        const auto settings = input.read();
        roost::log::configure(settings.log_level);
        exit_code = run(settings);
    });
}

int run(int argc, char** argv) {
    CLI::App app("Roost: a real-time messaging backend. A room is a durable, ordered log.", "roost");
    SettingsInput input;
    int exit_code = 0;

    auto* serve =
        app.add_subcommand("serve", "Run the gateway, the API and, without DATABASE_URL, a PostgreSQL");
    bool with_seed = false;
    serve->add_flag("--seed", with_seed, "Add demo accounts and messages where they are missing");
    runs(*serve, input, SettingsInput::For::serve, exit_code,
         [&with_seed](const Settings& settings) { return roost::cli::serve(settings, with_seed); });

    auto* db = app.add_subcommand("db", "Look after the database");
    const auto db_command = [&](const char* name, const char* text,
                                std::function<int(const Settings&)> what) {
        auto* command = db->add_subcommand(name, text);
        runs(*command, input, SettingsInput::For::database, exit_code, std::move(what));
        return command;
    };
    db_command("migrate", "Apply the migrations that are missing", roost::cli::db_migrate);
    int steps = 1;
    db_command("rollback", "Undo the newest migrations",
               [&steps](const Settings& settings) { return roost::cli::db_rollback(settings, steps); })
        ->add_option("--steps", steps, "How many")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    db_command("status", "List the migrations", roost::cli::db_status);
    db_command("seed", "Add demo accounts and messages where they are missing", roost::cli::db_seed);

    app.add_subcommand("version", "Print the version")->callback([] {
        fmt::print("roost {}\n", ROOST_VERSION);
    });

    try {
        app.parse(argc, argv);
        // Not by require_subcommand(): that would complain before it names a command that does not exist.
        const auto* incomplete = app.get_subcommands().empty()                   ? &app
                                 : db->parsed() && db->get_subcommands().empty() ? db
                                                                                 : nullptr;
        if (incomplete != nullptr) {
            fmt::print(stderr, "{}", incomplete->help());
            return 1;
        }
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "roost: {}\n", error.what());
        return 1;
    }
}
