// What the texts of settings must be. Pure; no check keeps or repeats a text, for it may be a secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost::cli {

// What stands between commas, without the blanks around it. A text of blanks alone is an empty list.
std::vector<std::string> split_list(std::string_view text);
// What stands between blanks and line ends: for secrets, which may hold commas.
std::vector<std::string> split_words(std::string_view text);

// The checks may put a text into its usual form.

// An IP address to listen on; "localhost" becomes one.
bool is_listen_address(std::string& text);
// "https://chat.example.com", "http://localhost:5173".
bool is_origin(std::string& text);
// "http://host:port"; a slash at the end is removed.
bool is_upstream(std::string& text);
// An IP address or a block of them, such as "10.0.0.0/8".
bool is_proxy(std::string& text);
// "postgres://…" or "postgresql://…", for libpq.
bool is_database_url(std::string& text);
// An `iss` or `aud`: 1 to 200 printable ASCII characters without blanks.
bool is_token_name(std::string& text);
bool is_signing_secret(std::string& text);

// A database's URL with its passwords replaced. "(set)" where it is not certain what is a password, as when
// one holds a character that should have been percent-encoded.
std::string without_passwords(std::string_view url);

}  // namespace roost::cli
