// For tests of messages from the callers' side: a few people and rooms, and Messages on several cores.
#pragma once

#include "messages/messages.hpp"
#include "support/core_database.hpp"
#include "support/message_log.hpp"

#include <memory>
#include <string>

namespace roost::test {

// Ann owns the hall, which is public, and the den, which is private; Meg is a member of both, Sam a stranger,
// Ada an admin. The lobby has no owner.
struct MessagePeople {
    UserId ann{1}, meg{2}, sam{3}, ada{4};
    rooms::RoomSlug lobby{"lobby"}, hall{"hall"}, den{"den"};
};

class MessageWorld : public MessagePeople {
public:
    explicit MessageWorld(const messages::LogWriterLimits& limits = {}) : limits_(limits) {
        database.admin.exec(
            "insert into users (email, name, password_hash, role) values ('ann@b', 'Ann', '', 'user'), "
            "('meg@b', 'Meg', '', 'user'), ('sam@b', 'Sam', '', 'user'), ('ada@b', 'Ada', '', 'admin');"
            "insert into rooms (slug, name, private, owner_id) values "
            "('hall', 'The hall', false, 1), ('den', 'The den', true, 1);"
            "insert into members (room_id, user_id) values (2, 1), (2, 2), (3, 1), (3, 2)");
    }
    // Another process, later, on the same database.
    explicit MessageWorld(std::shared_ptr<LogDatabase> earlier) : database_(std::move(earlier)) {}
    ~MessageWorld() { stop(); }
    MessageWorld(const MessageWorld&) = delete;
    MessageWorld& operator=(const MessageWorld&) = delete;

    // `f`, called with the Messages of a core and there, gives a task; its outcome comes here. Neither homes'
    // cores nor the first: what crosses cores, does.
    template <class F>
    auto start(F f, unsigned core = 2) {
        return messages_.start(std::move(f), core);
    }
    template <class F>
    auto run(F f, unsigned core = 2) {
        return messages_.run(std::move(f), core);
    }

    messages::Message post(UserId author, const rooms::RoomSlug& room, const std::string& content,
                           const char* client_id = nullptr) {
        messages::Draft draft{.room = room,
                              .content = *messages::MessageContent::from(content),
                              .metadata = std::nullopt,
                              .client_id = std::nullopt};
        if (client_id != nullptr) draft.client_id = messages::ClientId(client_id);
        return run([&](messages::Messages& all) { return all.post(author, std::move(draft)); })->message;
    }
    Result<messages::Message> find(std::optional<UserId> caller, MessageId id) {
        return run([&](messages::Messages& all) { return all.find(caller, id); });
    }
    Result<messages::Message> edit(UserId caller, MessageId id, const std::string& content) {
        return run([&](messages::Messages& all) {
            return all.edit(caller, id, *messages::MessageContent::from(content));
        });
    }
    Result<messages::Message> remove(UserId caller, MessageId id) {
        return run([&](messages::Messages& all) { return all.remove(caller, id); });
    }
    void listen(const rooms::RoomSlug& room, Listener& listener, unsigned core = 2) {
        held_.listen(cores_[core], hubs_[core], "messages:" + room.str(), listener);
        cores_.run([&] { return hubs_[core].subscribe(listener); }, core);
    }
    // As a server does it: what is under way ends.
    void stop() {
        const auto count = cores_.all().size();
        for (unsigned i = 0; i < count; ++i) cores_.call([&] { stop_on(i); }, i);
        constexpr int hops = 4;
        for (unsigned i = 0; i < hops * count; ++i) cores_.call([] {}, i % count);
    }

private:
    std::shared_ptr<LogDatabase> database_ = std::make_shared<LogDatabase>();

public:
    LogDatabase& database = *database_;
    [[nodiscard]] std::shared_ptr<LogDatabase> shared_database() const { return database_; }

private:
    void stop_on(unsigned core) {
        if (core < cores_.all().homes()) homes_[core].writer.stop();
        pools_[core].close();
    }
    std::unique_ptr<pubsub::Hub> make_hub(net::Core& core) {
        auto hub = std::make_unique<pubsub::Hub>(cores_.all(), core, encode_for_listener);
        hub->connect(hubs_);
        return hub;
    }

    messages::LogWriterLimits limits_;
    RunningCores cores_{3};
    net::Workers workers_{1, 1};
    auth::AccessTokens access_tokens_{std::string(32, 's')};
    accounts::PasswordHashing hashing_ = accounts::password_hashing(workers_, 4);
    auth::SharedRevocations revocations_{cores_.all()};
    auth::LoginGuard guard_{cores_.all()[0]};
    accounts::AuthorNames names_{cores_.all()};
    rooms::RoomWatches watches_{cores_.all()};
    net::PerCore<pubsub::Hub> hubs_{cores_.all(), [this](net::Core& core) { return make_hub(core); }};
    HeldTopics held_;
    OnCores<db::Pool> pools_{
        cores_, [this](net::Core&) { return std::make_unique<db::Pool>(database.options(), 1); }};
    net::PerCore<messages::Home> homes_{
        cores_.all(), [this](net::Core& core) -> std::unique_ptr<messages::Home> {
            if (core.index() >= cores_.all().homes()) return nullptr;
            return std::make_unique<messages::Home>(database.options(), pools_[core.index()],
                                                    hubs_[core.index()], limits_, std::size_t{1} << 20);
        }};
    OnCores<auth::Sessions> sessions_{cores_, [this](net::Core& core) {
                                          return std::make_unique<auth::Sessions>(
                                              access_tokens_, pools_[core.index()], revocations_);
                                      }};
    OnCores<accounts::Accounts> accounts_{cores_, [this](net::Core& core) {
                                              return std::make_unique<accounts::Accounts>(
                                                  pools_[core.index()], sessions_[core.index()], hashing_,
                                                  guard_, names_);
                                          }};
    OnCores<rooms::Rooms> rooms_{cores_, [this](net::Core& core) {
                                     return std::make_unique<rooms::Rooms>(watches_, pools_[core.index()]);
                                 }};
    OnCores<messages::Messages> messages_{cores_, [this](net::Core& core) {
                                              return std::make_unique<messages::Messages>(
                                                  cores_.all(), homes_, pools_[core.index()],
                                                  rooms_[core.index()], accounts_[core.index()]);
                                          }};
};

}  // namespace roost::test
