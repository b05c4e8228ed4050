// The connections of one core for reads and short writes. Commands are pipelined, so few connections serve
// many coroutines; the one with the least under way takes the next.
#pragma once

#include "db/connection.hpp"

#include <memory>
#include <vector>

namespace roost::db {

// Made, used and destroyed on its core.
class Pool {
public:
    Pool(const ConnectionOptions& options, std::size_t connections);

    // See Connection. While one connection is away the others are asked.
    Task<Rows> query(const Statement& statement, Params params);
    Task<std::vector<Rows>> transaction(std::vector<Connection::Step> steps);
    // Ends all connections for good: what is under way, and whatever comes, fails as Unavailable.
    void close();
    // The database is away, or has not answered for longer than a second.
    [[nodiscard]] bool is_late() const;

private:
    Connection& least_busy();

    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace roost::db
