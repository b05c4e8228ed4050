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

// PostgreSQL cannot serve now: no connection, a connection that was lost, no answer in time, or a refusal
// that has nothing to do with the statement (a full disk, a server that is read-only).
class Unavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    Unavailable(const std::string& what, std::string sqlstate)
        : std::runtime_error(what), sqlstate_(std::move(sqlstate)) {}

    // PostgreSQL answered that it did not do it. Otherwise it is unknown whether what was under way took
    // effect.
    [[nodiscard]] bool is_refusal() const noexcept { return !sqlstate_.empty(); }
    // Of a refusal.
    [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }

private:
    std::string sqlstate_;
};

}  // namespace roost::db
