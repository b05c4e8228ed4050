// Result<T>: a value, or the Problem that a correct client or user caused. What they cannot cause (the
// database is gone) is an exception instead, caught once per request, event or task.
#pragma once

#include "core/problem.hpp"

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

namespace roost {

// What an operation that succeeds without a value gives.
struct None {
    bool operator==(const None&) const = default;
};

// Found by boost::system::result: taking the value of a failure is a programmer's error.
[[noreturn]] inline void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
    throw std::logic_error(std::string(problem.kind().code));
}

template <class T>
using Result = boost::system::result<T, Problem>;

}  // namespace roost
