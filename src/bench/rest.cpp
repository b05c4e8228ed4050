#include "bench/rest.hpp"

#include "bench/response_reader.hpp"
#include "net/endpoint.hpp"
#include "schema/json_value.hpp"
#include "schema/json_writer.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace roost::bench {
namespace {

constexpr int answer_timeout_s = 30;

std::string quoted(std::string_view text) {
    std::string out;
    schema::append_string(out, text);
    return out;
}

}  // namespace

RestClient::RestClient(const Url& server) : server_(server) {
    for (const auto& endpoint : net::look_up(server.host, server.port)) {
        descriptor_ = ::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval timeout{.tv_sec = answer_timeout_s, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        if (::connect(descriptor_, endpoint.address(), endpoint.size()) == 0) return;
        ::close(std::exchange(descriptor_, -1));
    }
    throw std::runtime_error(fmt::format("cannot connect to {}", server.authority()));
}

RestClient::~RestClient() {
    ::close(descriptor_);
}

std::string RestClient::log_in(std::string_view email, std::string_view password) {
    const auto body = fmt::format(R"({{"email":{},"password":{}}})", quoted(email), quoted(password));
    const auto answer = post("/api/auth/login", body, {});
    const auto document = schema::parse_json(answer.body);
    if (answer.status == 200 && document && document->kind() == schema::JsonValue::Kind::object)
        for (const auto& [key, value] : document->members())
            if (key == "token" && value.kind() == schema::JsonValue::Kind::string)
                return std::string(value.string());
    throw std::runtime_error(fmt::format("the server refused the login: {}", answer.status));
}

void RestClient::create_room(std::string_view slug, std::string_view token) {
    const auto answer = post("/api/rooms", fmt::format(R"({{"slug":{0},"name":{0}}})", quoted(slug)), token);
    constexpr unsigned created = 201, taken = 409;
    if (answer.status != created && answer.status != taken)
        throw std::runtime_error(fmt::format("the server did not make the room {}: {}", slug, answer.status));
}

RestClient::Answer RestClient::post(std::string_view path, std::string_view body, std::string_view token) {
    auto request = fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", path,
        server_.authority(), body.size());
    if (!token.empty()) request += fmt::format("Authorization: Bearer {}\r\n", token);
    request += "\r\n";
    request += body;
    for (std::string_view rest = request; !rest.empty();) {
        const auto sent = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0) throw std::system_error(errno, std::generic_category(), server_.authority());
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::optional<Answer> answer;
    ResponseReader reader;
    reader.keep_body();
    std::array<char, 16384> buffer{};
    while (!answer) {
        const auto got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got <= 0) throw std::runtime_error(fmt::format("{} does not answer", server_.authority()));
        const auto bytes = std::span(buffer).first(static_cast<std::size_t>(got));
        const auto fault = reader.feed(bytes, [&](const ResponseReader::Response& response) {
            answer = {response.status, std::string(response.body)};
        });
        if (!fault.empty()) throw std::runtime_error(fmt::format("{}: {}", server_.authority(), fault));
    }
    return *answer;
}

}  // namespace roost::bench
