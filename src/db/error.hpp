// What the database answers when it does not answer: both are exceptions, because no client can cause them
// except where a store catches Error and reads its sqlstate (a taken e-mail address, a key conflict).
#pragma once

#include <stdexcept>
#include <string>

namespace roost::db {

// PostgreSQL refused a statement. The text is PostgreSQL's primary message without its details; it may
// still quote a value, so it is for operators' commands and never for an answer to a client.
class Error : public std::runtime_error {
public:
    // `constraint` is empty when no constraint was violated.
    Error(std::string sqlstate, std::string constraint, const std::string& message)
        : std::runtime_error(message), sqlstate_(std::move(sqlstate)), constraint_(std::move(constraint)) {}

    // Five characters, such as "23505" for a unique violation.
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
    [[nodiscard]] const std::string& constraint() const noexcept { return constraint_; }

private:
    std::string sqlstate_;
    std::string constraint_;
};

// Cannot connect, connection lost, or no answer in time: it is unknown whether a statement under way took
// effect.
class Unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace roost::db
