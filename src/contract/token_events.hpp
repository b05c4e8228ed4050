// Events about the socket's access token, on every channel (contract.md, "Channels").
#pragma once

#include "channels/event.hpp"
#include "core/text.hpp"
#include "schema/encode.hpp"
#include "schema/member_docs.hpp"

#include <cstdint>

namespace roost::contract {

struct AccessToken {
    Text<1, 4096> access_token;
};
BOOST_DESCRIBE_STRUCT(AccessToken, (), (access_token))
constexpr auto docs_of(const AccessToken*) {
    return std::array{schema::MemberDoc{"access_token", "A newer token of the same user.",
                                        R"("eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")"}};
}

struct Expiry {
    std::int64_t expires_in;
};
BOOST_DESCRIBE_STRUCT(Expiry, (), (expires_in))
constexpr auto docs_of(const Expiry*) {
    return std::array{
        schema::MemberDoc{"expires_in", "How long the socket's token is still good, in seconds.", "60"}};
}

namespace event {

inline constexpr channels::EventIn<AccessToken, Expiry> access_token{
    "access_token", "Give the socket a newer access token, so that it need not be closed"};
inline constexpr channels::EventOut<Expiry> token_expiring{
    "token_expiring", "The token expires in a minute; then the socket is closed with 1001"};

}  // namespace event
}  // namespace roost::contract
