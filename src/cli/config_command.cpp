#include "cli/commands.hpp"
#include "cli/table.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace roost::cli {
namespace {

std::string_view name_of(SettingSource::Kind kind) {
    switch (kind) {
        case SettingSource::Kind::flag: return "flag";
        case SettingSource::Kind::environment: return "environment";
        case SettingSource::Kind::file: return "file";
        case SettingSource::Kind::preset: return "default";
    }
    return "default";
}

std::string value_as_text(const EffectiveSetting& setting) {
    if (setting.values.empty()) return setting.is_list ? "(none)" : "(not set)";
    return fmt::format("{}", fmt::join(setting.values, ", "));
}

void write_value(schema::JsonWriter& json, const EffectiveSetting& setting) {
    if (setting.is_list) {
        json.open_array();
        for (const auto& value : setting.values) json.string(value);
        json.close_array();
    } else if (setting.values.empty()) {
        json.raw("null");
    } else if (setting.is_number) {
        json.raw(setting.values.front());
    } else {
        json.string(setting.values.front());
    }
}

std::string as_json(const std::vector<EffectiveSetting>& settings) {
    schema::JsonWriter json;
    json.open_object();
    for (const auto& setting : settings) {
        json.key(setting.name).open_object().key("value");
        write_value(json, setting);
        json.member("source", name_of(setting.source.kind));
        if (!setting.source.origin.empty()) json.member("origin", setting.source.origin);
        if (!setting.flag.empty()) json.member("flag", setting.flag);
        json.member("variable", setting.variable).close_object();
    }
    return json.close_object().str();
}

std::string as_table(const std::vector<EffectiveSetting>& settings) {
    std::vector<std::vector<std::string>> rows{{"Setting", "Value", "Source"}};
    for (const auto& setting : settings) {
        auto source = std::string(name_of(setting.source.kind));
        if (!setting.source.origin.empty()) source += ' ' + setting.source.origin;
        rows.push_back({std::string(setting.name), value_as_text(setting), std::move(source)});
    }
    return table(std::move(rows));
}

}  // namespace

int config(const SettingsInput& input, bool as_json) {
    const auto settings = input.effective();
    if (as_json) fmt::print("{}\n", cli::as_json(settings));
    else fmt::print("{}", as_table(settings));
    return 0;
}

}  // namespace roost::cli
