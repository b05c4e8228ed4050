#include "core/log.hpp"

#include <doctest/doctest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <regex>
#include <sstream>

namespace roost::log {
namespace {

class CapturedAudit {
public:
    CapturedAudit() { audit_to(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)); }
    ~CapturedAudit() { audit_to(nullptr); }
    CapturedAudit(const CapturedAudit&) = delete;
    CapturedAudit& operator=(const CapturedAudit&) = delete;

    // What was written since, without the time.
    std::string take() {
        const std::regex time(R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z )");
        auto text = std::regex_replace(stream_.str(), time, "");
        stream_.str("");
        return text;
    }

private:
    std::ostringstream stream_;
};

}  // namespace

TEST_CASE("an audit event is one line with its fields in order") {
    CapturedAudit captured;
    audit("login.failed", {{"user", 42}, {"address", "203.0.113.9"}, {"request_id", "aB-3_f"}});
    CHECK(captured.take() == "audit event=login.failed user=42 address=203.0.113.9 request_id=aB-3_f\n");
    audit("users.promoted", {});
    CHECK(captured.take() == "audit event=users.promoted\n");
}

TEST_CASE("a value cannot look like another field, another line or an end of itself") {
    CapturedAudit captured;
    const auto written = [&](std::string_view value) {
        audit("e", {{"value", value}});
        return captured.take();
    };
    CHECK(written("") == "audit event=e value=\"\"\n");
    CHECK(written("a user=1") == "audit event=e value=\"a user=1\"\n");
    CHECK(written("a=b") == "audit event=e value=\"a=b\"\n");
    CHECK(written("a\" user=\"1") == "audit event=e value=\"a\\\" user=\\\"1\"\n");
    CHECK(written("a\\") == "audit event=e value=\"a\\\\\"\n");
    CHECK(written("a\r\nb") == "audit event=e value=\"a\\x0d\\x0ab\"\n");
    CHECK(written("\x1b[31m\x7f") == "audit event=e value=\"\\x1b[31m\\x7f\"\n");
    CHECK(written(std::string_view("a\0b", 3)) == "audit event=e value=\"a\\x00b\"\n");
    // U+2028, a line's end to some.
    CHECK(written("\xe2\x80\xa8") == "audit event=e value=\"\\xe2\\x80\\xa8\"\n");
    CHECK(written("{} %v") == "audit event=e value=\"{} %v\"\n");
}

TEST_CASE("a long value is cut, and shows it") {
    CapturedAudit captured;
    audit("e", {{"value", std::string(200, 'a')}});
    CHECK(captured.take() == "audit event=e value=" + std::string(200, 'a') + "\n");
    audit("e", {{"value", std::string(100'000, 'a')}, {"user", 1}});
    CHECK(captured.take() == "audit event=e value=\"" + std::string(200, 'a') + "...\" user=1\n");
}

TEST_CASE("the audit log does not follow the log's level, and is silent where it goes nowhere") {
    CapturedAudit captured;
    const auto level = spdlog::get_level();
    spdlog::set_level(spdlog::level::off);
    audit("e", {});
    spdlog::set_level(level);
    CHECK(captured.take() == "audit event=e\n");
    audit_to(nullptr);
    audit("e", {});
    CHECK(captured.take().empty());
}

}  // namespace roost::log
