#include "ws/deflate_agreement.hpp"

#include <algorithm>
#include <vector>

namespace roost::ws {

namespace {

constexpr std::string_view our_answer =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
constexpr int least_window_bits = 8;
constexpr int most_window_bits = 15;

struct Parameter {
    std::string_view name;
    std::optional<std::string> value;
};

struct Offer {
    std::string_view extension;
    std::vector<Parameter> parameters;
    bool well_formed = true;
};

bool is_token_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `name` is in lower case.
bool is_named(std::string_view text, std::string_view name) {
    return std::ranges::equal(text, name, {}, lower);
}

// Reads a list of extensions (RFC 6455, section 9.1) from its beginning to its end.
class Offers {
public:
    explicit Offers(std::string_view text) : rest_(text) {}

    // The next one; what is wrong with it does not spoil those behind it. Nothing at the end.
    std::optional<Offer> next() {
        do {
            skip_blanks();
        } while (take(','));
        if (rest_.empty()) return std::nullopt;
        Offer offer;
        offer.well_formed = read(offer);
        if (!offer.well_formed) skip_offer();
        return offer;
    }

private:
    // extension *( ";" name [ "=" value ] ), up to a comma or the end.
    bool read(Offer& offer) {
        offer.extension = take_token();
        if (offer.extension.empty()) return false;
        while (take(';')) {
            skip_blanks();
            Parameter parameter{take_token(), std::nullopt};
            if (parameter.name.empty()) return false;
            if (take('=')) {
                skip_blanks();
                parameter.value = take_value();
                if (!parameter.value) return false;
            }
            offer.parameters.push_back(std::move(parameter));
        }
        return rest_.empty() || rest_.front() == ',';
    }

    // A token, or one in quotes, where a backslash may stand before any character.
    std::optional<std::string> take_value() {
        if (!take('"')) {
            const auto token = take_token();
            if (token.empty()) return std::nullopt;
            return std::string(token);
        }
        std::string value;
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            if (rest_.empty() || !is_token_char(rest_.front())) return std::nullopt;
            value.push_back(rest_.front());
            rest_.remove_prefix(1);
        }
        if (rest_.empty() || value.empty()) return std::nullopt;
        rest_.remove_prefix(1);
        skip_blanks();
        return value;
    }

    std::string_view take_token() {
        const auto end = std::ranges::find_if_not(rest_, is_token_char);
        const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(token.size());
        skip_blanks();
        return token;
    }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }
    void skip_offer() { rest_.remove_prefix(std::min(rest_.find(','), rest_.size())); }

    std::string_view rest_;
};

// Decimal without leading zeros.
std::optional<int> window_bits(std::string_view value) {
    for (int bits = least_window_bits; bits <= most_window_bits; ++bits) {
        if (value == std::to_string(bits)) return bits;
    }
    return std::nullopt;
}

bool is_repeated(const std::vector<Parameter>& parameters, const Parameter& parameter) {
    return std::ranges::count_if(parameters, [&parameter](const Parameter& other) {
               return std::ranges::equal(other.name, parameter.name, {}, lower, lower);
           }) > 1;
}

std::optional<DeflateAgreement> accept(const Offer& offer) {
    DeflateAgreement agreement{std::string(our_answer)};
    for (const auto& parameter : offer.parameters) {
        const auto& [name, value] = parameter;
        if (is_repeated(offer.parameters, parameter)) return std::nullopt;
        if (is_named(name, "server_no_context_takeover") || is_named(name, "client_no_context_takeover")) {
            if (value) return std::nullopt;
        } else if (is_named(name, "client_max_window_bits")) {
            // A hint that we may bound the client's window. We need not.
            if (value && !window_bits(*value)) return std::nullopt;
        } else if (is_named(name, "server_max_window_bits")) {
            const auto bits = value ? window_bits(*value) : std::nullopt;
            if (!bits) return std::nullopt;
            agreement.answer += "; server_max_window_bits=" + std::to_string(*bits);
            agreement.compresses_outgoing = *bits == most_window_bits;
        } else {
            return std::nullopt;
        }
    }
    return agreement;
}

}  // namespace

std::optional<DeflateAgreement> agree_on_deflate(std::string_view text) {
    Offers offers(text);
    while (const auto offer = offers.next()) {
        if (!offer->well_formed || !is_named(offer->extension, "permessage-deflate")) continue;
        if (auto agreement = accept(*offer)) return agreement;
    }
    return std::nullopt;
}

}  // namespace roost::ws
