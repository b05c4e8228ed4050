#include "channels/websocket_transport.hpp"

#include "ws/deflate_agreement.hpp"
#include "ws/handshake.hpp"

#include <fmt/format.h>

#include <array>

namespace roost::channels {
namespace {

constexpr std::array<std::string_view, 1> our_subprotocols{"phoenix"};

// Without a word to the client: protocol.md 4, 5, 13, 14.
http::Response refused(const Problem& problem = Errc::forbidden) {
    if (problem.errc() != Errc::rate_limited) return http::empty(403);
    auto response = http::empty(429);
    response.headers.add("Retry-After", std::to_string(problem.retry_after().count()));
    return response;
}

http::Response not_a_handshake(std::string_view sentence) {
    http::Response response;
    response.status = 400;
    response.content_type = "text/plain; charset=utf-8";
    response.body = sentence;
    response.headers.add("Sec-WebSocket-Version", ws::supported_version);
    return response;
}

// A header's values, joined as one list (RFC 9110, 5.3).
std::string joined(const http::Headers& headers, std::string_view name) {
    std::string all;
    for (const auto& header : headers) {
        if (!http::equals_ignoring_case(header.name, name)) continue;
        if (!all.empty()) all += ", ";
        all += header.value;
    }
    return all;
}

ws::UpgradeCheck check(const http::Request& request) {
    const auto upgrade = joined(request.headers, "Upgrade");
    const auto connection = joined(request.headers, "Connection");
    const auto key = joined(request.headers, "Sec-WebSocket-Key");
    const auto version = joined(request.headers, "Sec-WebSocket-Version");
    return ws::check_upgrade({.method = http::name_of(request.method),
                              .http_version = request.version,
                              .upgrade = upgrade,
                              .connection = connection,
                              .key = key,
                              .version = version});
}

}  // namespace

// The order of the checks is Phoenix's (protocol.md 9): origin, token, subprotocol, version, the
// application's own, and only then whether it is a handshake at all.
Task<http::Response> WebSocketTransport::handle(const http::Request& request) {
    if (request.method != http::Method::get) co_return not_a_handshake("A WebSocket handshake is a GET.");
    const auto origin = request.headers.find("Origin");
    if (origin && !origins_.lists_or_is_own(*origin, request.headers.find("Host").value_or("")))
        co_return refused();

    const auto offered_header = joined(request.headers, "Sec-WebSocket-Protocol");
    const auto offered = ws::subprotocols(offered_header);
    auto bearer = ws::bearer_token(offered);
    const auto query = http::Query::parse(request.query);
    auto params = query ? http::NestedQuery::of(*query) : query.error();
    const auto version = params ? version_of(params->find({"vsn"})) : std::nullopt;
    if (!bearer || !version) co_return refused();

    const auto deflate = agreed_deflate(request.headers);
    ConnectRequest connect{.params = std::move(*params),
                           .token = std::move(*bearer),
                           .peer = request.peer,
                           .format = {*version, deflate && deflate->compresses_outgoing}};
    if (!connect.token) connect.token = connect.params.find({"token"});
    auto socket = co_await connector_.connect(std::move(connect));
    if (!socket) co_return refused(socket.error());

    const auto upgrade = check(request);
    if (!upgrade.is_accepted()) co_return not_a_handshake(upgrade.refusal);

    http::Response response;
    response.status = 101;
    response.headers.add("Upgrade", "websocket");
    response.headers.add("Connection", "Upgrade");
    response.headers.add("Sec-WebSocket-Accept", upgrade.accept);
    if (const auto chosen = ws::select_subprotocol(offered, our_subprotocols))
        response.headers.add("Sec-WebSocket-Protocol", *chosen);
    if (deflate) response.headers.add("Sec-WebSocket-Extensions", deflate->answer);
    response.upgrade = [&connections = connections_.here(), socket = std::move(*socket),
                        deflate = deflate ? ws::Deflate::agreed : ws::Deflate::none](net::Socket& tcp,
                                                                                     std::string leftover) {
        connections.accept(
            tcp, std::move(leftover), *socket,
            [&socket](ws::Connection& connection) { socket->attach(connection); }, deflate);
    };
    co_return response;
}

std::optional<ws::DeflateAgreement> WebSocketTransport::agreed_deflate(const http::Headers& headers) const {
    if (compression_ == Compression::off) return std::nullopt;
    return ws::agree_on_deflate(joined(headers, "Sec-WebSocket-Extensions"));
}

}  // namespace roost::channels
