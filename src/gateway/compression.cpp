#include "gateway/compression.hpp"

#include "http/accept_encoding.hpp"
#include "http/syntax.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

namespace roost::gateway {
namespace {

// Fifty messages of 100 characters, 15 KB, become a quarter in 60 µs of one core; level 6 takes twice the
// time and saves a sixteenth of that.
constexpr int level = 1;
constexpr int gzip_window_bits = 15 + 16;  // zlib.h: 16 for a gzip header
constexpr int memory_level = 8;

// One for each core, made when it is first used.
class Gzip {
public:
    Gzip() {
        if (deflateInit2(&stream_, level, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw std::bad_alloc();
    }
    ~Gzip() { deflateEnd(&stream_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    std::string compressed(std::string& text) {
        deflateReset(&stream_);
        std::string out(deflateBound(&stream_, static_cast<uLong>(text.size())), '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(text.data());
        stream_.avail_in = static_cast<uInt>(text.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream_, Z_FINISH) != Z_STREAM_END) return {};
        out.resize(out.size() - stream_.avail_out);
        return out;
    }

private:
    z_stream stream_{};
};

bool lists(const http::Headers& headers, std::string_view name, std::string_view wanted) {
    return std::ranges::any_of(headers, [&](const http::Header& header) {
        if (!http::equals_ignoring_case(header.name, name)) return false;
        for (std::string_view list = header.value; !list.empty();)
            if (http::equals_ignoring_case(http::take_element(list), wanted)) return true;
        return false;
    });
}

// Texts of the API; an answer of a separate API has its type among the headers.
bool is_text(const http::Response& response) {
    auto type = response.content_type;
    if (type.empty()) type = response.headers.find("Content-Type").value_or("");
    const auto essence = http::take_element(type, ';');
    return essence.ends_with("json") || essence.starts_with("text/");
}

bool may_be_compressed(const http::Response& response) {
    const auto size = response.body.size();
    return size >= least_compressed_bytes && size <= most_compressed_bytes && is_text(response) &&
           response.status != 206 && !response.headers.find("Content-Encoding") &&
           !lists(response.headers, "Cache-Control", "no-store") &&
           !lists(response.headers, "Cache-Control", "no-transform");
}

void weaken_etag(http::Headers& headers) {
    const auto found = headers.find("ETag");
    if (!found || found->starts_with("W/")) return;
    const auto weak = "W/" + std::string(*found);
    headers.remove_if(
        [](const http::Header& header) { return http::equals_ignoring_case(header.name, "ETag"); });
    headers.add("ETag", weak);
}

}  // namespace

void compress(const http::Request& request, http::Response& response) {
    // A 304 says what the answer would say that it stands for (RFC 9110 section 15.4.5).
    const bool stands_for_one = response.status == 304;
    if (!stands_for_one && !may_be_compressed(response)) return;
    if (!lists(response.headers, "Vary", "Accept-Encoding")) response.headers.add("Vary", "Accept-Encoding");
    if (stands_for_one || !http::accepts_gzip(request.headers)) return;
    thread_local Gzip gzip;
    auto shorter = gzip.compressed(response.body);
    if (shorter.empty() || shorter.size() >= response.body.size()) return;
    response.body = std::move(shorter);
    response.headers.add("Content-Encoding", "gzip");
    weaken_etag(response.headers);
}

}  // namespace roost::gateway
