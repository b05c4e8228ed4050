// HTTP messages as handlers see them: a Request comes whole (its body too, within Limits), a Response goes
// whole. Plain values; the connection that reads and writes them is in http/session.
#pragma once

#include "core/unique_function.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roost::net {
class Socket;
}

namespace roost::http {

enum class Method { get, head, post, put, patch, del, options, other };

// "GET", …; empty for `other`.
std::string_view name_of(Method method) noexcept;

struct Header {
    std::string name;
    std::string value;
};

// ASCII only: "Content-Type" equals "content-type".
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

// In the order they came; names compare without case, a name may occur several times.
class Headers {
public:
    void add(std::string_view name, std::string_view value);
    // The first value of that name; lives as long as the headers are not changed.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
    void clear() noexcept { headers_.clear(); }
    // Those for which `which(header)` says so.
    template <class Which>
    void remove_if(Which which) {
        std::erase_if(headers_, which);
    }

    [[nodiscard]] std::size_t size() const noexcept { return headers_.size(); }
    [[nodiscard]] auto begin() const noexcept { return headers_.begin(); }
    [[nodiscard]] auto end() const noexcept { return headers_.end(); }

private:
    std::vector<Header> headers_;
};

struct Request {
    Method method = Method::get;
    std::string other_method;  // its name, where `method` is other
    std::string target;        // as sent: path and query, or an absolute URL, or "*"
    std::string path;          // of the target, still percent-encoded; "*" for OPTIONS *
    std::string query;         // of the target, still percent-encoded, without the "?"
    Headers headers;
    std::string body;
    std::string peer;  // the client's address without a port (http/peer)
    // The connection is a trusted proxy's: what its X-Forwarded headers say about the client can be believed.
    bool via_trusted_proxy = false;
    std::string request_id;  // the client's X-Request-Id where it is acceptable, else one of ours
    bool keep_alive = true;  // what the client wants
    unsigned version = 11;   // 10 or 11
};

struct Response {
    int status = 200;
    std::string_view content_type;  // a text that lives for ever; empty: no such header from here
    // Beside what the writer owns: Content-Length, Transfer-Encoding, Connection, Date and X-Request-Id are
    // dropped from here (Connection is kept with a 101).
    Headers headers;
    std::string body;
    // Of an answer to HEAD that another server gave: Content-Length stands in `headers`, if it is known.
    bool length_in_headers = false;
    bool close = false;  // end the connection after this
    // Set with status 101: runs in the turn in which the answer was written, with the bytes that came behind
    // the request. It takes the descriptor by Socket::release_to, or else the connection is closed.
    UniqueFunction<void(net::Socket& socket, std::string leftover)> upgrade;
};

Response json(int status, std::string body);
Response empty(int status);

}  // namespace roost::http
