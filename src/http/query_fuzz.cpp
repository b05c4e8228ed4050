// Any bytes as the query of a URL, and the pairs in it as the parameters of a list.
#include "http/nested_query.hpp"
#include "http/query.hpp"
#include "schema/decode.hpp"

#include <fmt/format.h>

#include <cassert>

namespace roost {
namespace {

struct Page {
    Text<1, 20> room{"lobby"};
    Integer<1, 100> limit{50};
    std::optional<Integer<1, INT64_MAX>> after;
    std::optional<Text<1, 5>> q;
};
BOOST_DESCRIBE_STRUCT(Page, (), (room, limit, after, q))

// As a client that escapes every byte.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    return out;
}

void check_refusal(const Problem& problem) {
    assert(problem.errc() == Errc::invalid_input);
    assert(!problem.faults().empty() && problem.faults().size() <= schema::Faults::most);
    for (const auto& fault : problem.faults()) {
        assert(fault.pointer.size() <= 200);
        // A sentence of ours: an input that got into it would sooner or later bring something else.
        assert(!fault.detail.empty() && fault.detail.size() <= 200);
        for (const char c : fault.detail) assert(c >= ' ' && c <= '~');
    }
}

void check_page(const Page& page) {
    assert(page.room.is_set() && count_code_points(page.room.str()) <= 20);
    assert(page.limit.value() >= 1 && page.limit.value() <= 100);
    assert(!page.after || page.after->value() >= 1);
    assert(!page.q || (page.q->is_set() && count_code_points(page.q->str()) <= 5));
}

}  // namespace

void fuzz(std::string_view input) {
    const auto query = http::Query::parse(input);
    if (!query) {
        assert(query.error().errc() == Errc::malformed_request);
        return;
    }
    const auto& pairs = query->pairs();
    assert(pairs.size() <= http::Query::most_pairs);
    std::string again;
    for (const auto& [key, value] : pairs) {
        assert((key + value).find('\0') == std::string::npos);
        assert(query->find(key));
        again += fmt::format("&{}={}", escaped(key), escaped(value));
    }
    const auto same = http::Query::parse(again);
    assert(same && same->pairs() == pairs);

    const auto nested = http::NestedQuery::of(*query);
    assert(nested || nested.error().errc() == Errc::malformed_request);

    if (const auto page = schema::decode_query<Page>(pairs)) check_page(*page);
    else check_refusal(page.error());
}

}  // namespace roost
