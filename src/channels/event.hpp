// Channel events as values: a name, what it carries, what it is for. The contract has one for each event.
#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>

namespace roost::channels {

// A binary payload: any bytes, as they came. As what an event carries, or as its reply.
struct Bytes {
    std::string value;
};

// A payload as it travels: JSON text, or bytes.
struct Payload {
    std::string text;
    bool is_binary = false;
};

// From a client; answered with a Reply, or None for `{}`.
template <class In, class Reply = None>
struct EventIn {
    using in_type = In;
    using reply_type = Reply;

    std::string_view name;
    std::string_view summary;
};

// To clients, as a push or as a broadcast.
template <class Out>
struct EventOut {
    using out_type = Out;

    std::string_view name;
    std::string_view summary;
};

}  // namespace roost::channels
