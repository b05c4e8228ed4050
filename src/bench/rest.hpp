// What a run needs from the REST API before it begins: a token, rooms.
#pragma once

#include "bench/url.hpp"

#include <string>
#include <string_view>

namespace roost::bench {

// One connection that is kept, blocking: used before anything is measured. Throws std::runtime_error with a
// sentence when the server cannot be reached or refuses.
class RestClient {
public:
    explicit RestClient(const Url& server);
    ~RestClient();
    RestClient(const RestClient&) = delete;
    RestClient& operator=(const RestClient&) = delete;

    // The access token of an account.
    std::string log_in(std::string_view email, std::string_view password);
    // Makes the room unless it is there.
    void create_room(std::string_view slug, std::string_view token);

private:
    struct Answer {
        unsigned status = 0;
        std::string body;
    };
    Answer post(std::string_view path, std::string_view body, std::string_view token);

    Url server_;
    int descriptor_ = -1;
};

}  // namespace roost::bench
