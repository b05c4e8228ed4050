// What client and server agree on about permessage-deflate (RFC 7692) in the opening handshake, as a pure
// function over what the client offers.
//
// Whatever is agreed, no message refers to an earlier one, in either direction: a broadcast is compressed
// once for all of its receivers, and a connection keeps no window
// (docs/decisions/0010-deflate-without-context.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roost::ws {

struct DeflateAgreement {
    std::string answer;  // Sec-WebSocket-Extensions of the 101
    // False: the client keeps a window smaller than the one that frames are compressed with, and gets all of
    // them as they are. What it sends may be compressed all the same.
    bool compresses_outgoing = true;
};

// `offers`: Sec-WebSocket-Extensions of the request; absent is empty, a repeated one is joined with ", ".
// The first acceptable offer wins. One that is malformed, or has a parameter that is unknown, repeated or of
// a value that RFC 7692, section 7.1, does not know, is passed over, as are other extensions. Nothing when
// none is left: the answer has no such header then.
std::optional<DeflateAgreement> agree_on_deflate(std::string_view offers);

}  // namespace roost::ws
