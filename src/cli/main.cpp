// `roost`: reads the command line and the settings, runs one command.
#include "cli/bench_command.hpp"
#include "cli/commands.hpp"
#include "cli/settings.hpp"
#include "core/log.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>

namespace {

using roost::cli::Settings;
using roost::cli::SettingsInput;
using For = SettingsInput::For;

// The library's, but for the lines that it leaves empty twice.
class HelpFormatter : public CLI::Formatter {
public:
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
        auto text = CLI::Formatter::make_help(app, std::move(name), mode);
        for (auto at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at))
            text.erase(at, 1);
        return text;
    }
};

// What may be said on the command line, and what was. A command runs while it is parsed.
class CommandLine {
public:
    CommandLine() {
        app_.formatter(std::make_shared<HelpFormatter>());
        add_servers();
        add_database();
        add_users();
        bench_ = bench_command_.add_to(app_, exit_code_);
        add_others();
    }

    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app_.exit(error);
        }
        // Not by require_subcommand(): that would complain before it names a command that does not exist.
        for (const auto* group : {&app_, db_, users_, bench_}) {
            if (!group->parsed() && group != &app_) continue;
            if (!group->get_subcommands().empty()) continue;
            fmt::print(stderr, "{}", group->help());
            return 1;
        }
        return exit_code_;
    }

private:
    using Command = std::function<int(const Settings&)>;

    // A command that needs settings: read, logged with, handed over.
    CLI::App* add(CLI::App& group, const char* name, const char* text, For scope, Command command) {
        auto* added = group.add_subcommand(name, text);
        input_.add_flags(*added, scope);
        added->callback([this, command = std::move(command)] {
            const auto settings = input_.read();
            roost::log::configure(settings.log_level);
            exit_code_ = command(settings);
        });
        return added;
    }

    void add_servers() {
        add(app_, "serve", "Run the gateway, the API and, without DATABASE_URL, a PostgreSQL", For::serve,
            [this](const Settings& settings) { return roost::cli::serve(settings, with_seed_); })
            ->add_flag("--seed", with_seed_, "Add demo accounts and messages where they are missing");
        add(app_, "api", "Run the API alone", For::api, roost::cli::api);
        add(app_, "gateway", "Run the gateway alone, in front of an API", For::gateway, roost::cli::gateway);
    }

    void add_database() {
        db_ = app_.add_subcommand("db", "Look after the database");
        add(*db_, "migrate", "Apply the migrations that are missing", For::database, roost::cli::db_migrate);
        add(*db_, "rollback", "Undo the newest migrations", For::database,
            [this](const Settings& settings) { return roost::cli::db_rollback(settings, steps_); })
            ->add_option("--steps", steps_, "How many")
            ->check(CLI::PositiveNumber)
            ->capture_default_str();
        add(*db_, "status", "List the migrations", For::database, roost::cli::db_status);
        add(*db_, "seed", "Add demo accounts and messages where they are missing", For::database,
            roost::cli::db_seed);
        auto* check =
            add(*db_, "check", "Prove that every room's log is consistent, also while the server runs",
                For::database,
                [this](const Settings& settings) { return roost::cli::db_check(settings, scope_); });
        check->add_option("--room", scope_.room, "Only the room with this slug")->option_text("SLUG");
        check->add_flag("--json", scope_.as_json, "As JSON");
        check->footer(
            "Exit code: 0 when every log is consistent, 1 when something was found or it cannot be "
            "checked.\n\n" +
            check->get_footer());
    }

    void add_users() {
        users_ = app_.add_subcommand("users", "Look after accounts, also while the server runs");
        auto* list = add(*users_, "list", "List accounts", For::database, [this](const Settings& settings) {
            return roost::cli::users_list(settings, listing_);
        });
        list->add_option("--q", listing_.text, "Part of the e-mail address or the name")->option_text("TEXT");
        list->add_option("--limit", listing_.limit, "At most so many, default 100")
            ->check(CLI::Range(1, 100'000))
            ->option_text("N");
        list->add_flag("--json", listing_.as_json, "As JSON");
        add_account_command("promote", "Make an account an admin's", roost::cli::users_promote);
        add_account_command("demote", "Make an admin's account a user's", roost::cli::users_demote);
        add_account_command("reset-password", "Set an account's password and end its sessions",
                            [this](const Settings& settings, const std::string& email) {
                                return roost::cli::users_reset_password(settings, email, is_generated_);
                            })
            ->add_flag(
                "--generate", is_generated_,
                "Print a random password instead of asking for one\n(or reading a line of standard input)");
    }

    CLI::App* add_account_command(const char* name, const char* text,
                                  std::function<int(const Settings&, const std::string&)> command) {
        auto* added = add(*users_, name, text, For::database,
                          [this, command = std::move(command)](const Settings& settings) {
                              return command(settings, email_);
                          });
        added->add_option("email", email_, "Whose account")->required()->option_text(" ");
        return added;
    }

    void add_others() {
        auto* config = app_.add_subcommand("config", "Show every setting and where it came from");
        config->add_flag("--json", as_json_, "As JSON");
        input_.add_flags(*config, For::any);
        config->callback([this] { exit_code_ = roost::cli::config(input_, as_json_); });
        auto* openapi = app_.add_subcommand("openapi", "Print the OpenAPI document of the REST endpoints");
        openapi->add_flag("--asyncapi", is_asyncapi_, "Print the AsyncAPI document of the channels instead");
        openapi->callback([this] { exit_code_ = roost::cli::openapi(is_asyncapi_); });
        app_.add_subcommand("version", "Print the version")->callback([] {
            fmt::print("roost {}\n", ROOST_VERSION);
        });
    }

    CLI::App app_{"Roost: a real-time messaging backend. A room is a durable, ordered log.", "roost"};
    CLI::App* db_ = nullptr;
    CLI::App* users_ = nullptr;
    CLI::App* bench_ = nullptr;
    SettingsInput input_;
    roost::cli::BenchCommand bench_command_;
    bool with_seed_ = false;
    int steps_ = 1;
    roost::cli::CheckScope scope_;
    roost::cli::UsersListing listing_;
    std::string email_;
    bool is_generated_ = false;
    bool as_json_ = false;
    bool is_asyncapi_ = false;
    int exit_code_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        return CommandLine().run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "roost: {}\n", error.what());
        return 1;
    }
}
