// Posters that append to the log, each to a room of its own, and again as soon as they are answered.
#pragma once

#include "append/load.hpp"
#include "append/log_node.hpp"

#include <cstddef>
#include <exception>
#include <future>
#include <string>

namespace roost::append_bench {

struct AppendOptions {
    std::size_t posters = 0;  // so many posts wait or are under way at all times
    bool has_client_ids = false;
    bool has_changes = false;  // every tenth is an edit of the poster's post before it
    std::int64_t first_room = 1;
};

class AppendLoad final : public Load {
public:
    AppendLoad(const std::string& conninfo, const AppendOptions& options);
    ~AppendLoad() override;
    void finish() override;

private:
    Task<void> post(std::int64_t room);
    Task<void> append_one(const messages::Post& to_post, std::uint64_t number, Seq& latest);
    void end_one(const std::exception_ptr& failure);

    AppendOptions options_;
    // On the core.
    std::size_t posting_;
    std::exception_ptr failure_;
    std::promise<void> end_;
    std::future<void> ended_ = end_.get_future();
    LogNode node_;  // goes first: what tells of the end may still run there
};

// The same on two cores, each with half of the posters: as a server does that has two homes for its rooms.
class TwoHomesLoad final : public Load {
public:
    TwoHomesLoad(const std::string& conninfo, const AppendOptions& options);
    [[nodiscard]] std::uint64_t rows() const override { return one_.rows() + other_.rows(); }
    void finish() override;

private:
    AppendLoad one_;
    AppendLoad other_;
};

}  // namespace roost::append_bench
