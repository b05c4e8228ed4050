// The log: one line per event on standard error, `time level message`. Never give it a token, a password,
// a payload, a query string or the text of an exception that may hold one.
//
// The audit log is a channel of its own: who logged in, what was revoked, what an admin did.
#pragma once

#include <spdlog/spdlog.h>

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace roost::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

enum class Audit { off, on };

// Once, at the start of main. `level`: debug, info, warning, error or off; it says nothing about the audit
// log.
void configure(std::string_view level, Audit audit = Audit::on);

// One field of an audit event: ids, addresses, counts. Never an e-mail address, a token or a password.
struct AuditField {
    AuditField(std::string_view the_name, std::string_view text) : name(the_name), value(text) {}
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    AuditField(std::string_view the_name, T number) : name(the_name), value(std::to_string(number)) {}

    std::string_view name;  // like the event's, a word of the program: lower-case letters, `_` and `.`
    std::string value;
};

// Writes `time audit event=login.failed user=42 address=203.0.113.9`. A value that holds anything but
// letters, digits and `-_.:/` is quoted and escaped, and cut at 200 bytes, so that no value can look like a
// line or a field. From any thread.
void audit(std::string_view event, std::initializer_list<AuditField> fields);

// Where the audit log goes instead; nowhere when empty. Before other threads write to it.
void audit_to(std::shared_ptr<spdlog::sinks::sink> sink);

}  // namespace roost::log
