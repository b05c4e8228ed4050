#include "append/log_node.hpp"

#include <exception>
#include <future>

namespace roost::append_bench {
namespace {

constexpr std::size_t memory_bytes = std::size_t{64} << 20;  // the server's default (rooms.memory_bytes)

// Nobody subscribes, so it is never asked.
pubsub::FramePtr encode(const pubsub::Publication& publication, pubsub::Encoding) {
    return share(publication.payload);
}

Task<void> told(Task<void> task, std::shared_ptr<std::promise<void>> end) {
    co_await task;
    end->set_value();
}

}  // namespace

LogNode::LogNode(const std::string& conninfo) {
    cores_.start();
    const auto make = [this](net::Core& core) { return std::make_unique<pubsub::Hub>(cores_, core, encode); };
    hubs_ = std::make_unique<net::PerCore<pubsub::Hub>>(cores_, make);
    call([&] {
        (*hubs_)[0].connect(*hubs_);
        const db::ConnectionOptions options{.conninfo = conninfo};
        pool_ = std::make_unique<db::Pool>(options, 1);
        home_ = std::make_unique<messages::Home>(options, *pool_, (*hubs_)[0], messages::LogWriterLimits(),
                                                 memory_bytes);
    });
}

LogNode::~LogNode() {
    call([&] {
        home_.reset();
        pool_.reset();
    });
}

void LogNode::run(const std::function<Task<void>()>& task) {
    const auto promise = std::make_shared<std::promise<void>>();
    call([&] {
        spawn(told(task(), promise),
              [promise](const std::exception_ptr& exception) { promise->set_exception(exception); });
    });
    promise->get_future().get();
}

}  // namespace roost::append_bench
