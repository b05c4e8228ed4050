// Accounts as the contract has them.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/text.hpp"
#include "schema/encode.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace roost::accounts {

// At most 160 characters with one @ and no white space; kept and compared in lower case.
struct EmailRule {
    static std::optional<TextFault> check(std::string& text);
    static TextForm form();
};
using Email = TextOf<EmailRule>;

// 8 characters to 72 bytes: bcrypt reads no further, and a longer one is refused rather than cut.
struct PasswordRule {
    static std::optional<TextFault> check(std::string& text);
    static TextForm form();
};
using Password = TextOf<PasswordRule>;

using UserName = Text<1, 160>;
using SearchText = Text<1, 100>;

// Where a request comes from: for the login guard and the audit log.
struct Origin {
    std::string address;  // the client's own
    std::string request_id;
};

// What others may know of a user; e-mail and role only for the user itself and admins.
struct User {
    UserId id;
    std::string name;
    std::optional<std::string> email;
    std::optional<std::string> role;
    Timestamp inserted_at;
};
BOOST_DESCRIBE_STRUCT(User, (), (id, name, email, role, inserted_at))

// A page of users in the order of their ids.
struct UserSearch {
    // In the name, for admins also in the e-mail address; the case of ASCII letters does not count.
    std::optional<SearchText> q;
    std::int64_t limit = 50;
    UserId after;
};

// What is not given stays as it is.
struct AccountChange {
    std::optional<UserName> name;
    std::optional<Email> email;
    std::optional<Password> password;
    std::optional<Password> current_password;  // for a new e-mail address or password of one's own
};

}  // namespace roost::accounts
