#include "auth/revocations.hpp"

#include "auth/random.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace roost::auth {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp now{1'769'847'330'000'000};

// A session by any name.
SessionId id_of(const std::string& name) {
    auto text =
        fmt::format("{:08x}-0000-4000-8000-000000000000", std::hash<std::string>{}(name) & 0xFFFFFFFFU);
    return *SessionId::parse(text);
}

Identity of_session(const std::string& session, std::int64_t user = 1, Timestamp issued_at = now) {
    return {UserId{user}, id_of(session), issued_at, issued_at + AccessTokens::lifetime};
}

Identity from_elsewhere(std::int64_t user, Timestamp issued_at = now) {
    return {UserId{user}, SessionId(), issued_at, issued_at + 1h};
}

std::vector<SessionId> ids_of(const std::vector<std::string>& names) {
    std::vector<SessionId> ids;
    for (const auto& name : names) ids.push_back(id_of(name));
    return ids;
}
Revoked sessions(const std::vector<std::string>& names) {
    return {.sessions = ids_of(names), .users = {}, .removed = {}};
}
Revoked users(std::vector<UserId> ids) {
    return {.sessions = {}, .users = std::move(ids), .removed = {}};
}
Revoked removed(std::vector<UserId> ids) {
    return {.sessions = {}, .users = {}, .removed = std::move(ids)};
}

}  // namespace

TEST_CASE("nothing is refused that was not revoked, not even a token that does not say when it was issued") {
    const Revocations revocations;
    CHECK_FALSE(revocations.refuses(of_session("a")));
    CHECK_FALSE(revocations.refuses(of_session("a", 1, Timestamp{0})));
    CHECK_FALSE(revocations.refuses(from_elsewhere(1, Timestamp{0})));
}

TEST_CASE("a revoked session is refused, its user's others are not") {
    Revocations revocations;
    revocations.learn(sessions({"a", "b"}), now);
    CHECK(revocations.refuses(of_session("a")));
    CHECK(revocations.refuses(of_session("b")));
    // A token of it is refused whenever it was issued.
    CHECK(revocations.refuses(of_session("a", 1, now + 10s)));
    CHECK_FALSE(revocations.refuses(of_session("c")));
    CHECK_FALSE(revocations.refuses(from_elsewhere(1)));
}

TEST_CASE("a user's tokens issued elsewhere are refused when they were issued until then") {
    Revocations revocations;
    revocations.learn(users({UserId{1}}), now);
    CHECK(revocations.refuses(from_elsewhere(1, now + -1s)));
    CHECK(revocations.refuses(from_elsewhere(1, now)));
    CHECK(revocations.refuses(from_elsewhere(1, Timestamp{0})));
    CHECK_FALSE(revocations.refuses(from_elsewhere(1, now + 1s)));
    CHECK_FALSE(revocations.refuses(from_elsewhere(2, now + -1s)));
    CHECK_FALSE(revocations.refuses(of_session("a", 1, now + -1s)));
    revocations.learn(users({UserId{1}}), now + 5s);
    CHECK(revocations.refuses(from_elsewhere(1, now + 5s)));
}

TEST_CASE("of a removed account every token is refused, whenever it was issued") {
    Revocations revocations;
    revocations.learn(removed({UserId{1}}), now);
    CHECK(revocations.refuses(of_session("a", 1, now + 10s)));
    CHECK(revocations.refuses(from_elsewhere(1, now + 10s)));
    CHECK_FALSE(revocations.refuses(of_session("a", 2)));
}

TEST_CASE("what was revoked is remembered for as long as a token can be good, and forgotten some time") {
    Revocations revocations;
    revocations.learn(sessions({"earlier"}), now + -10min);
    revocations.learn(removed({UserId{9}}), now + -10h);
    revocations.learn(sessions({"a"}), now);
    revocations.learn(removed({UserId{1}}), now);
    // Others come all the time.
    const auto pass = [&](std::chrono::seconds from, std::chrono::seconds to) {
        for (auto at = from; at < to; at += 30s) {
            revocations.learn(sessions({random_uuid()}), now + at);
            revocations.learn(removed({UserId{1'000 + at.count()}}), now + at);
        }
    };
    pass(1s, Revocations::session_memory);
    CHECK(revocations.refuses(of_session("a", 2)));
    pass(Revocations::session_memory, 2 * Revocations::session_memory + 60s);
    CHECK_FALSE(revocations.refuses(of_session("a", 2)));
    pass(2 * Revocations::session_memory + 60s, Revocations::user_memory);
    CHECK(revocations.refuses(from_elsewhere(1)));
    pass(Revocations::user_memory, 2 * Revocations::user_memory + 60s);
    CHECK_FALSE(revocations.refuses(from_elsewhere(1)));
}

TEST_CASE("the listener hears what is new, once, when it is refused already") {
    Revocations revocations;
    std::vector<Revoked> heard;
    revocations.listen([&](const Revoked& revoked) {
        heard.push_back(revoked);
        for (const auto session : revoked.sessions)
            CHECK(revocations.refuses({UserId{1}, session, now, now + AccessTokens::lifetime}));
        for (const auto user : revoked.removed) CHECK(revocations.refuses(from_elsewhere(user.value())));
    });
    const Revoked first{.sessions = ids_of({"a", "b"}), .users = {UserId{1}}, .removed = {UserId{2}}};
    revocations.learn(first, now);
    const Revoked second{.sessions = ids_of({"b", "c"}), .users = {}, .removed = {UserId{2}, UserId{3}}};
    revocations.learn(second, now + 1s);
    revocations.learn(second, now + 2s);
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].sessions == ids_of({"a", "b"}));
    CHECK(heard[0].users == std::vector{UserId{1}});
    CHECK(heard[0].removed == std::vector{UserId{2}});
    CHECK(heard[1].sessions == ids_of({"c"}));
    CHECK(heard[1].removed == std::vector{UserId{3}});
    CHECK(revocations.news_in(second).empty());
}

TEST_CASE("when more is revoked than can be kept, whatever was issued until then is refused") {
    constexpr std::size_t most = 100;
    Revocations revocations(most);
    for (std::size_t i = 0; i < most / 2; ++i) revocations.learn(sessions({random_uuid()}), now);
    CHECK_FALSE(revocations.refuses(of_session("never revoked", 1, now + -1s)));
    revocations.learn(sessions({"first"}), now);
    for (std::size_t i = 0; i < 10 * most; ++i) revocations.learn(sessions({random_uuid()}), now + 1s);
    CHECK(revocations.refuses(of_session("first")));
    CHECK(revocations.refuses(of_session("never revoked", 1, now + 1s)));
    CHECK(revocations.refuses(from_elsewhere(7)));
    CHECK_FALSE(revocations.refuses(of_session("opened later", 1, now + 2s)));
}

}  // namespace roost::auth
