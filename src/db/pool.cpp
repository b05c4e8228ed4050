#include "db/pool.hpp"

#include <algorithm>

namespace roost::db {

Pool::Pool(const ConnectionOptions& options, std::size_t connections) {
    for (std::size_t i = 0; i < connections; ++i)
        connections_.push_back(std::make_unique<Connection>(options));
}

Task<Rows> Pool::query(const Statement& statement, Params params) {
    return least_busy().query(statement, std::move(params));
}

Task<std::vector<Rows>> Pool::transaction(std::vector<Connection::Step> steps) {
    return least_busy().transaction(std::move(steps));
}

void Pool::close() {
    for (const auto& connection : connections_) connection->close();
}

bool Pool::is_late() const {
    return std::ranges::all_of(connections_, [](const std::unique_ptr<Connection>& connection) {
        return !connection->is_ready() || connection->is_late();
    });
}

Connection& Pool::least_busy() {
    const auto burden = [](const std::unique_ptr<Connection>& connection) {
        return std::pair{!connection->is_ready(), connection->under_way()};
    };
    return **std::ranges::min_element(connections_, {}, burden);
}

}  // namespace roost::db
