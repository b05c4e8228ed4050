// A new password from whoever runs the command: never an argument, for command lines are public.
#pragma once

#include "accounts/account.hpp"

namespace roost::cli {

// From a terminal: asked twice, without echo. Else one line of standard input. Blocks. Throws
// std::runtime_error with a sentence: the two differ, it breaks the rules of passwords, nothing came, or a
// signal ended the wait.
accounts::Password ask_for_password();

}  // namespace roost::cli
