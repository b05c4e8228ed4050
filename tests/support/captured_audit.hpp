// For tests: what is written to the audit log while this lives.
#pragma once

#include "core/log.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <regex>
#include <sstream>
#include <string>

namespace roost::test {

// Made before the cores that write, and gone after them.
class CapturedAudit {
public:
    CapturedAudit() { log::audit_to(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)); }
    ~CapturedAudit() { log::audit_to(nullptr); }
    CapturedAudit(const CapturedAudit&) = delete;
    CapturedAudit& operator=(const CapturedAudit&) = delete;

    // What was written since the last call: "<event> <fields>", one a line. While nothing writes.
    std::string take() {
        const std::regex head(R"([^\n]* audit event=)");
        auto text = std::regex_replace(stream_.str(), head, "");
        stream_.str("");
        return text;
    }

private:
    std::ostringstream stream_;
};

}  // namespace roost::test
