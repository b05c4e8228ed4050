// Where the gateway's requests go: the API, in this process or elsewhere.
#pragma once

#include "core/task.hpp"
#include "http/handler.hpp"

namespace roost::gateway {

class Upstream {
public:
    // An answer that switches protocols carries its upgrade with it.
    virtual Task<http::Response> forward(const http::Request& request) = 0;

protected:
    ~Upstream() = default;
};

// The API of this very process: no copy, no connection.
class InProcess final : public Upstream {
public:
    explicit InProcess(http::Handler& api) : api_(api) {}
    Task<http::Response> forward(const http::Request& request) override { return api_.handle(request); }

private:
    http::Handler& api_;
};

}  // namespace roost::gateway
