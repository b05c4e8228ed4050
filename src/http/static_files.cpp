#include "http/static_files.hpp"

#include "http/accept_encoding.hpp"
#include "http/etag.hpp"

namespace roost::http {
namespace {

// A browser keeps its copy and asks whether it is still the right one.
constexpr std::string_view ask_each_time = "no-cache";

}  // namespace

std::string_view content_type_of(std::string_view name) noexcept {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".json")) return "application/json";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".png")) return "image/png";
    if (name.ends_with(".txt") || name.find('.') == std::string_view::npos)
        return "text/plain; charset=utf-8";
    return "application/octet-stream";
}

void StaticFiles::mount(Router& router, std::string_view path, const StaticFile& file) {
    router.add(Method::get, path,
               [this, file](const Request& request, const Params&) { return serve(request, file); });
}

Response StaticFiles::answer(const Request& request, const StaticFile& file) const {
    const bool compressed = !file.gzip.empty() && accepts_gzip(request.headers);
    // Strong tags: the two forms have different bytes, so each has its own.
    const auto etag = fmt::format(R"("{}{}")", file.tag, compressed ? "-gzip" : "");

    Response response;
    response.headers = headers_;
    response.headers.add("ETag", etag);
    response.headers.add("Cache-Control", ask_each_time);
    if (!file.gzip.empty()) response.headers.add("Vary", "Accept-Encoding");
    if (has_already(request.headers, etag)) {
        response.status = 304;
        return response;
    }
    response.content_type = content_type_of(file.name);
    if (compressed) response.headers.add("Content-Encoding", "gzip");
    response.body = compressed ? file.gzip : file.content;
    return response;
}

Task<Response> StaticFiles::serve(const Request& request, StaticFile file) const {
    co_return answer(request, file);
}

}  // namespace roost::http
