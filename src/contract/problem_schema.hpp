// How errors look in the documents: problem documents over HTTP, error replies on channels.
#pragma once

#include "core/problem.hpp"
#include "schema/json_schema.hpp"

#include <string>

namespace roost::contract {

// Adds the components Problem and Fault.
void add_problem_schemas(schema::Schemas& schemas);
// Adds the components ErrorResponse and Fault.
void add_error_response_schema(schema::Schemas& schemas);
// A problem document of that code, as JSON.
std::string example_problem(Errc errc);

}  // namespace roost::contract
