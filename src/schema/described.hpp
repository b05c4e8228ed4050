// Structs as lists of members: BOOST_DESCRIBE_STRUCT names them, this says what encoding, decoding and JSON
// Schema make of it. A member that the description forgets does not compile.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/pfr/tuple_size.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace roost::schema {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// The JSON name of a member: one underscore at the end, which keeps a C++ keyword apart, is dropped.
constexpr std::string_view json_name(std::string_view member) noexcept {
    if (member.ends_with('_')) member.remove_suffix(1);
    return member;
}

// Calls `f(descriptor)` for each member in order; `descriptor.pointer` is the member, its JSON name is
// json_name(descriptor.name).
template <Described T, class F>
constexpr void for_each_member(F f) {
    static_assert(boost::pfr::tuple_size_v<T> == boost::mp11::mp_size<Members<T>>::value,
                  "BOOST_DESCRIBE_STRUCT forgets a member of this struct");
    boost::mp11::mp_for_each<Members<T>>(f);
}

}  // namespace roost::schema
