// Requests as a client sends them.
#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace roost::http {

struct HeaderView {
    std::string_view name;
    std::string_view value;
};

// Views of what outlives the exchange. Nothing in it but the body has control characters; what came out of
// Parser has none.
struct ClientRequest {
    Method method = Method::get;
    std::string_view other_method{};  // its name, where `method` is other
    std::string_view target{};
    std::string_view host{};            // of the Host header
    std::vector<HeaderView> headers{};  // without Host, Content-Length and those of the connection
    std::string_view body{};
};

// RFC 9110 section 9.2.2: done twice it is as if done once. A method that is not known is not.
bool is_idempotent(Method method) noexcept;

// The whole request, for one write. Content-Length goes with a body, and with a method for which one is
// usual.
void append_request(std::string& out, const ClientRequest& request);

}  // namespace roost::http
