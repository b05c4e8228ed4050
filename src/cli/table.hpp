// Rows of texts as a table for a terminal.
#pragma once

#include <string>
#include <vector>

namespace roost::cli {

// The first row is the heading; every row has as many cells. The last column is as wide as it likes. What
// would command the terminal or turn its text around is replaced: a user's name is that user's.
std::string table(std::vector<std::vector<std::string>> rows);

}  // namespace roost::cli
