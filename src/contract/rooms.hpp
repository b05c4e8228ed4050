// Endpoints for rooms, their members and what somebody has read of them (contract.md).
#pragma once

#include "contract/endpoint.hpp"
#include "contract/users.hpp"
#include "messages/message.hpp"
#include "rooms/room.hpp"
#include "schema/member_docs.hpp"

#include <optional>
#include <vector>

namespace roost::rooms {
constexpr auto docs_of(const Owner*) {
    return std::array{schema::MemberDoc{"id", "The owner's number.", "42"},
                      schema::MemberDoc{"name", "The owner's name.", R"("Ann")"}};
}
constexpr auto docs_of(const RoomView*) {
    return std::array{
        schema::MemberDoc{"slug", "The room's name in paths and topics.", R"("den")"},
        schema::MemberDoc{"name", "The room's name for people.", R"("The den")"},
        schema::MemberDoc{"private", "Whether only members can see it.", "false"},
        schema::MemberDoc{"owner", "Who may change it; nobody in the lobby and where the account is gone.",
                          ""},
        schema::MemberDoc{"seq", "The room's counter: the place of its newest entry.", "128"},
        schema::MemberDoc{"unread",
                          "Messages of others behind the caller's read mark, among the newest 1,000 places; "
                          "only for members "
                          "and for those who have marked the room.",
                          "3"}};
}
constexpr auto docs_of(const Member*) {
    return std::array{
        schema::MemberDoc{"id", "The user's number.", "42"},
        schema::MemberDoc{"name", "The user's name.", R"("Ann")"},
        schema::MemberDoc{"inserted_at", "Since when a member.", R"("2026-01-31T08:15:30.000001Z")"}};
}
}  // namespace roost::rooms

namespace roost::contract {

struct RoomPath {
    rooms::RoomSlug slug;
};
BOOST_DESCRIBE_STRUCT(RoomPath, (), (slug))
constexpr auto docs_of(const RoomPath*) {
    return std::array{schema::MemberDoc{"slug", "The room's slug.", R"("den")"}};
}

struct MemberPath {
    rooms::RoomSlug slug;
    UserId user_id;
};
BOOST_DESCRIBE_STRUCT(MemberPath, (), (slug, user_id))
constexpr auto docs_of(const MemberPath*) {
    return std::array{schema::MemberDoc{"slug", "The room's slug.", R"("den")"},
                      schema::MemberDoc{"user_id", "The member's number.", "3"}};
}

struct RoomQuery {
    std::optional<SearchText> q;
    PageLimit limit{50};
    std::optional<rooms::RoomSlug> after;
};
BOOST_DESCRIBE_STRUCT(RoomQuery, (), (q, limit, after))
constexpr auto docs_of(const RoomQuery*) {
    return std::array{
        schema::MemberDoc{"q", "A part of the name or the slug, whatever its case.", R"("den")"},
        schema::MemberDoc{"limit", "How many at most.", "50"},
        schema::MemberDoc{"after", "Those behind this slug: the last one of the page before.", R"("den")"}};
}

struct MemberQuery {
    PageLimit limit{50};
    std::optional<UserId> after;
};
BOOST_DESCRIBE_STRUCT(MemberQuery, (), (limit, after))
constexpr auto docs_of(const MemberQuery*) {
    return std::array{
        schema::MemberDoc{"limit", "How many at most.", "50"},
        schema::MemberDoc{"after", "Those behind this id: the last one of the page before.", "2"}};
}

struct RoomCreation {
    rooms::RoomSlug slug;
    rooms::RoomName name;
    std::optional<bool> private_;
};
BOOST_DESCRIBE_STRUCT(RoomCreation, (), (slug, name, private_))
constexpr auto docs_of(const RoomCreation*) {
    return std::array{schema::MemberDoc{"slug", "Given to the room for good.", R"("den")"},
                      schema::MemberDoc{"name", "For people.", R"("The den")"},
                      schema::MemberDoc{"private", "Only for members; by default false.", "false"}};
}

struct RoomPatch {
    std::optional<rooms::RoomName> name;
    std::optional<bool> private_;
    std::optional<UserId> owner;
};
BOOST_DESCRIBE_STRUCT(RoomPatch, (), (name, private_, owner))
constexpr auto docs_of(const RoomPatch*) {
    return std::array{
        schema::MemberDoc{"name", "A new name.", R"("The new den")"},
        schema::MemberDoc{"private", "A room that becomes private keeps its members and nobody else.", "true",
                          true},
        schema::MemberDoc{"owner", "Hands the room over to this user, who becomes a member.", "43", true}};
}

struct RoomEnvelope {
    rooms::RoomView room;
};
BOOST_DESCRIBE_STRUCT(RoomEnvelope, (), (room))
constexpr auto docs_of(const RoomEnvelope*) {
    return std::array{schema::MemberDoc{"room", "The room.", ""}};
}

struct RoomList {
    std::vector<rooms::RoomView> rooms;
};
BOOST_DESCRIBE_STRUCT(RoomList, (), (rooms))
constexpr auto docs_of(const RoomList*) {
    return std::array{schema::MemberDoc{"rooms", "In the order of their slugs.", ""}};
}

struct MemberList {
    std::vector<rooms::Member> members;
};
BOOST_DESCRIBE_STRUCT(MemberList, (), (members))
constexpr auto docs_of(const MemberList*) {
    return std::array{schema::MemberDoc{"members", "In the order of their ids.", ""}};
}

using PlaceInLog = Integer<0, greatest_exact>;

struct ReadMark {
    PlaceInLog seq;
};
BOOST_DESCRIBE_STRUCT(ReadMark, (), (seq))
constexpr auto docs_of(const ReadMark*) {
    return std::array{
        schema::MemberDoc{"seq", "Up to which place the room was read. A mark never goes back.", "128"}};
}

struct PresentUser {
    UserId id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(PresentUser, (), (id, name))
constexpr auto docs_of(const PresentUser*) {
    return std::array{schema::MemberDoc{"id", "The user's number.", "42"},
                      schema::MemberDoc{"name", "The user's name.", R"("Ann")"}};
}

struct PresenceList {
    std::vector<PresentUser> users;
    std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(PresenceList, (), (users, count))
constexpr auto docs_of(const PresenceList*) {
    return std::array{schema::MemberDoc{"users", "Who is in the room now.", ""},
                      schema::MemberDoc{"count", "How many there are.", "1"}};
}

inline const auto list_rooms =
    get("/api/rooms")
        .named("list_rooms", "Rooms", "The public rooms and the caller's own, page by page")
        .only_for_callers()
        .query<RoomQuery>()
        .gives<RoomList>(200, "A page; the `Link` header names the next one.");

inline const auto create_room = post("/api/rooms")
                                    .named("create_room", "Rooms", "Make a room and own it")
                                    .only_for_callers()
                                    .takes<RoomCreation>()
                                    .gives<RoomEnvelope>(201, "The room was made; the caller is its member.")
                                    .fails_with({Errc::slug_taken});

inline const auto show_room = get("/api/rooms/{slug}")
                                  .named("show_room", "Rooms", "One room")
                                  .only_for_callers()
                                  .at<RoomPath>(Errc::room_not_found)
                                  .gives<RoomEnvelope>(200, "The room.");

inline const auto change_room =
    patch("/api/rooms/{slug}")
        .named("change_room", "Rooms", "Rename a room, make it private or public, hand it over")
        .explained(
            "Only the owner may. A room without an owner, such as the lobby, is looked after by admins. "
            "The lobby stays public.")
        .only_for_callers()
        .at<RoomPath>(Errc::room_not_found)
        .takes<RoomPatch>()
        .gives<RoomEnvelope>(200, "The room as it is now.")
        .fails_with({Errc::not_the_owner, Errc::forbidden, Errc::user_not_found});

inline const auto remove_room = del("/api/rooms/{slug}")
                                    .named("remove_room", "Rooms", "Remove a room with all its messages")
                                    .explained("Only the owner may. The lobby stays.")
                                    .only_for_callers()
                                    .at<RoomPath>(Errc::room_not_found)
                                    .gives_nothing("The room is gone.")
                                    .fails_with({Errc::not_the_owner, Errc::forbidden});

inline const auto list_members = get("/api/rooms/{slug}/members")
                                     .named("list_members", "Rooms", "Who belongs to a room, page by page")
                                     .only_for_callers()
                                     .at<RoomPath>(Errc::room_not_found)
                                     .query<MemberQuery>()
                                     .gives<MemberList>(200, "A page; the `Link` header names the next one.");

inline const auto add_member = put("/api/rooms/{slug}/members/{user_id}")
                                   .named("add_member", "Rooms", "Make somebody a member")
                                   .explained("Only the owner may. Who is a member already stays one.")
                                   .only_for_callers()
                                   .at<MemberPath>(Errc::room_not_found)
                                   .gives_nothing("The user is a member.")
                                   .fails_with({Errc::not_the_owner, Errc::user_not_found});

inline const auto remove_member =
    del("/api/rooms/{slug}/members/{user_id}")
        .named("remove_member", "Rooms", "Remove a member, or leave a room")
        .explained(
            "The owner may remove others, and everybody themselves; the owner stays. The removed one's "
            "channels of a private room end at once.")
        .only_for_callers()
        .at<MemberPath>(Errc::room_not_found)
        .gives_nothing("The user is no member.")
        .fails_with({Errc::not_the_owner, Errc::forbidden});

inline const auto mark_read = put("/api/rooms/{slug}/read")
                                  .named("mark_read", "Rooms", "Say how far the caller has read a room")
                                  .only_for_callers()
                                  .at<RoomPath>(Errc::room_not_found)
                                  .takes<ReadMark>()
                                  .gives_nothing("Messages behind the mark count as unread.");

inline const auto show_presence = get("/api/rooms/{slug}/presence")
                                      .named("show_presence", "Rooms", "Who is in a room now")
                                      .also_for_callers()
                                      .at<RoomPath>(Errc::room_not_found)
                                      .gives<PresenceList>(200, "Empty until presence is built.");

}  // namespace roost::contract
