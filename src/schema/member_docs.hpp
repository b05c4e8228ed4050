// What a described struct says about its members to people: a sentence and an example each. Beside the
// struct:
//
//     constexpr auto docs_of(const Credentials*) {
//         return std::array{MemberDoc{"email", "Compared in lower case.", R"("ann@example.com")"}, …};
//     }
#pragma once

#include "schema/described.hpp"

#include <array>
#include <concepts>
#include <string_view>

namespace roost::schema {

struct MemberDoc {
    std::string_view name;         // the JSON name
    std::string_view description;  // a sentence
    std::string_view example;      // JSON text; empty: that of the member's own type
    bool is_left_out = false;      // of the struct's example: what is there only sometimes
};

template <class T>
concept Documented = Described<T> && requires(const T* t) { docs_of(t); };

// Nothing when the struct says nothing about that member.
template <Described T>
constexpr MemberDoc doc_of(std::string_view member) {
    if constexpr (Documented<T>) {
        for (const auto& doc : docs_of(static_cast<const T*>(nullptr)))
            if (doc.name == member) return doc;
    }
    return {};
}

// Every member has a description, and no description is of a member that is not there.
template <Described T>
constexpr bool is_fully_documented() {
    std::size_t members = 0, described = 0;
    for_each_member<T>([&](auto descriptor) {
        ++members;
        if (!doc_of<T>(json_name(descriptor.name)).description.empty()) ++described;
    });
    if constexpr (Documented<T>)
        return described == members && docs_of(static_cast<const T*>(nullptr)).size() == members;
    else return members == 0;
}

// "Message" for roost::messages::Message.
template <class T>
constexpr std::string_view type_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text = text.substr(text.find("T = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    return text.substr(text.rfind(':') + 1);
}

}  // namespace roost::schema
