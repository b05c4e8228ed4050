#include "auth/revocations.hpp"

#include <algorithm>

namespace roost::auth {

template <class Key>
void Revocations::Memory<Key>::note(const Key& key, Timestamp now, Timestamp& refused_until) {
    if (now >= generation_began + keep) {
        noted.age();
        generation_began = now;
    }
    if (noted.is_full()) {
        refused_until = std::max(refused_until, now);
        generation_began = now;
    }
    noted.put(key, now);
}

Revocations::Revocations(std::size_t most)
    : sessions_(most, session_memory), users_(most, user_memory), removed_(most, user_memory) {}

void Revocations::learn(const Revoked& revoked, Timestamp now) {
    const auto news = news_in(revoked);
    if (news.empty()) return;
    for (const auto& session : news.sessions) sessions_.note(session, now, refused_until_);
    for (const auto user : news.users) users_.note(user, now, refused_until_);
    for (const auto user : news.removed) removed_.note(user, now, refused_until_);
    if (on_revoked_) on_revoked_(news);
}

Revoked Revocations::news_in(const Revoked& revoked) const {
    const auto unknown = [](const auto& keys, const auto& memory) {
        auto news = keys;
        std::erase_if(news, [&](const auto& key) { return memory.noted.peek(key) != nullptr; });
        return news;
    };
    return {.sessions = unknown(revoked.sessions, sessions_),
            .users = revoked.users,
            .removed = unknown(revoked.removed, removed_)};
}

bool Revocations::refuses(const Identity& identity) const {
    if (removed_.noted.peek(identity.user) != nullptr || identity.issued_at <= refused_until_) return true;
    if (!identity.session.is_none()) return sessions_.noted.peek(identity.session) != nullptr;
    const auto* noted_at = users_.noted.peek(identity.user);
    return noted_at != nullptr && identity.issued_at <= *noted_at;
}

}  // namespace roost::auth
