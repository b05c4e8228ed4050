// Connections to PostgreSQL that are lost in the middle of something.
#pragma once

#include "support/message_log.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <set>
#include <string_view>

namespace roost::test {

// The descriptors of this process's connections to PostgreSQL.
inline std::set<int> connections() {
    std::set<int> found;
    for (int descriptor = 3; descriptor < 1'024; ++descriptor) {
        sockaddr_un peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.sun_family == AF_UNIX &&
            std::string_view(peer.sun_path).find(".s.PGSQL.") != std::string_view::npos)
            found.insert(descriptor);
    }
    return found;
}

// As if the network were cut: PostgreSQL goes on with what it has got, and nobody hears its answer.
inline int cut_connections_but(const std::set<int>& others) {
    int cut = 0;
    for (const int descriptor : connections())
        if (!others.contains(descriptor) && ::shutdown(descriptor, SHUT_RDWR) == 0) ++cut;
    return cut;
}

// Gives a connection up that PostgreSQL goes on to work for.
inline db::ConnectionOptions impatient(const LogDatabase& database) {
    auto options = database.options();
    options.answer_timeout = std::chrono::milliseconds(200);
    return options;
}

}  // namespace roost::test
