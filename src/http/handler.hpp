// What answers requests: a router, or a gateway in front of one.
#pragma once

#include "core/task.hpp"
#include "http/message.hpp"

#include <exception>

namespace roost::http {

// Outlives all sessions that use it; called on every core, so it must not change while they run.
class Handler {
public:
    // `request` lives until the task ends. What a client cannot cause leaves as an exception.
    virtual Task<Response> handle(const Request& request) = 0;
    // The answer to what left handle(). Writes the log; must not throw.
    virtual Response on_exception(std::exception_ptr exception, const Request& request) = 0;

protected:
    ~Handler() = default;
};

}  // namespace roost::http
