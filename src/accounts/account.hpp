// Accounts as the contract has them.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/text.hpp"
#include "schema/encode.hpp"

#include <optional>
#include <string>

namespace roost::accounts {

// At most 160 characters with one @ and no white space; kept and compared in lower case.
struct EmailRule {
    static std::optional<TextFault> check(std::string& text);
};
using Email = TextOf<EmailRule>;

// 8 characters to 72 bytes: bcrypt reads no further, and a longer one is refused rather than cut.
struct PasswordRule {
    static std::optional<TextFault> check(std::string& text);
};
using Password = TextOf<PasswordRule>;

using UserName = Text<1, 160>;

// What others may know of a user; e-mail and role only for the user itself and admins.
struct User {
    UserId id;
    std::string name;
    std::optional<std::string> email;
    std::optional<std::string> role;
    Timestamp inserted_at;
};
BOOST_DESCRIBE_STRUCT(User, (), (id, name, email, role, inserted_at))

}  // namespace roost::accounts
