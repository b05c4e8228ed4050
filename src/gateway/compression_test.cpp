#include "gateway/compression.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

namespace roost::gateway {
namespace {

const std::string text = [] {
    std::string list = "[";
    for (int i = 0; i < 200; ++i) list += R"({"content":"message )" + std::to_string(i) + R"("},)";
    return list + "0]";
}();

http::Response page(std::string body = text) {
    auto response = http::json(200, std::move(body));
    response.headers.add("ETag", "W/\"1-3\"");
    return response;
}

http::Response compressed(http::Response response, std::string_view accepted = "gzip, deflate") {
    http::Request request;
    request.headers.add("Accept-Encoding", accepted);
    compress(request, response);
    return response;
}

bool is_compressed(const http::Response& response) {
    return response.headers.find("Content-Encoding") == "gzip";
}

std::string plain(const std::string& gzip) {
    std::string out(1 << 20, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    std::string in = gzip;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    CHECK(stream.avail_in == 0);
    out.resize(out.size() - stream.avail_out);
    inflateEnd(&stream);
    return out;
}

}  // namespace

TEST_CASE("a long text is compressed for who takes gzip, one after the other") {
    for (int i = 0; i < 3; ++i) {
        const auto response = compressed(page());
        REQUIRE(is_compressed(response));
        CHECK(response.body.size() < text.size() / 4);
        CHECK(plain(response.body) == text);
        CHECK(response.headers.find("Vary") == "Accept-Encoding");
        CHECK(response.headers.find("ETag") == "W/\"1-3\"");
        CHECK(response.content_type == "application/json");
    }
}

TEST_CASE("who does not take gzip gets the text, and caches are told that others do") {
    for (const auto* accepted : {"", "br", "identity", "gzip;q=0"}) {
        const auto response = compressed(page(), accepted);
        CHECK_FALSE(is_compressed(response));
        CHECK(response.body == text);
        CHECK(response.headers.find("Vary") == "Accept-Encoding");
    }
}

TEST_CASE("that a page is the same still is said with the Vary of the page") {
    const auto response = compressed(http::empty(304));
    CHECK(response.headers.find("Vary") == "Accept-Encoding");
    CHECK_FALSE(is_compressed(response));
    CHECK(response.body.empty());
}

TEST_CASE("short and very long texts go as they are, whoever asks") {
    for (const std::size_t size : {std::size_t{0}, least_compressed_bytes - 1, most_compressed_bytes + 1}) {
        const auto response = compressed(page(std::string(size, 'x')));
        CHECK_FALSE(is_compressed(response));
        CHECK_FALSE(response.headers.find("Vary").has_value());
    }
    CHECK(is_compressed(compressed(page(std::string(least_compressed_bytes, 'x')))));
    CHECK(is_compressed(compressed(page(std::string(most_compressed_bytes, 'x')))));
}

TEST_CASE("secrets, pictures, parts and what is coded already go as they are") {
    const auto with = [](std::string_view name, std::string_view value) {
        auto response = page();
        response.headers.add(name, value);
        return compressed(std::move(response));
    };
    CHECK_FALSE(is_compressed(with("Cache-Control", "no-store")));
    CHECK_FALSE(is_compressed(with("cache-control", "private, No-Transform")));
    CHECK(with("Content-Encoding", "br").body == text);
    CHECK(is_compressed(with("Cache-Control", "private, no-cache")));
    auto picture = page();
    picture.content_type = "image/png";
    CHECK_FALSE(is_compressed(compressed(std::move(picture))));
    auto part = page();
    part.status = 206;
    CHECK_FALSE(is_compressed(compressed(std::move(part))));
}

TEST_CASE("an answer of a separate API has its type among the headers") {
    auto response = page();
    response.content_type = {};
    response.headers.add("Content-Type", "application/problem+json; charset=utf-8");
    CHECK(is_compressed(compressed(std::move(response))));
}

TEST_CASE("a strong tag becomes weak, for the bytes are others") {
    http::Response response = http::json(200, text);
    response.headers.add("ETag", "\"abc\"");
    response = compressed(std::move(response));
    CHECK(response.headers.find("ETag") == "W/\"abc\"");
    CHECK(response.headers.count("ETag") == 1);
}

TEST_CASE("what gzip makes no shorter goes as it is") {
    std::string noise(least_compressed_bytes, '\0');
    unsigned state = 1;
    for (auto& byte : noise) byte = static_cast<char>((state = state * 1'664'525U + 1'013'904'223U) >> 24U);
    const auto response = compressed(page(noise));
    CHECK_FALSE(is_compressed(response));
    CHECK(response.body == noise);
}

}  // namespace roost::gateway
