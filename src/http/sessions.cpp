#include "http/sessions.hpp"

namespace roost::http {

template <class Which>
void Sessions::abort_if(Which which) {
    for (auto place = open_.begin(); place != open_.end();) {
        auto& session = *place++;  // it may end, and leave the list, inside abort()
        if (which(session)) session.socket.abort();
    }
}

void Sessions::drain() {
    draining_ = true;
    abort_if([](const OpenSession& session) { return session.idle; });
}

void Sessions::abort() {
    draining_ = true;
    abort_if([](const OpenSession&) { return true; });
}

}  // namespace roost::http
