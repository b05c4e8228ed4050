// The load of HTTP requests over connections that are kept.
#pragma once

#include "bench/alarm.hpp"
#include "bench/histogram.hpp"
#include "bench/measurement.hpp"
#include "bench/report.hpp"
#include "bench/response_reader.hpp"
#include "bench/schedule.hpp"
#include "bench/stream.hpp"
#include "bench/url.hpp"
#include "net/timer.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace roost::bench {

struct HttpOptions {
    Url url;
    std::string method = "GET";
    std::vector<std::string> headers;  // "Name: value"
    std::string token;                 // sent as a bearer; empty: none
    std::string body;                  // {n} becomes the request's number, nine digits, here and in the URL
    std::uint32_t connections = 32;
    double rate = 0;        // requests per second, open loop; 0: each connection asks again at once
    double timeout_s = 10;  // without any answer
    MeasuredTime time;
};

// The bytes of a request, and where its number stands in them: nine zeros in the place of each {n}.
struct RequestText {
    std::string bytes;
    std::vector<std::size_t> places;

    explicit RequestText(const HttpOptions& options);
};

// One run, on the core. One request at a time on a connection; in an open loop those that find none free
// wait, and their latency counts from when they should have been sent.
class HttpLoad {
public:
    using OnFinished = std::function<void(std::string failure)>;

    // `on_finished` is called once, with why there are no figures, or an empty text. Throws
    // std::runtime_error when the host has no address.
    HttpLoad(HttpOptions options, OnFinished on_finished);
    ~HttpLoad();

    void start();
    // After it has finished.
    void report(Report& report) const;

private:
    class Connection;
    static constexpr std::size_t statuses = 600;

    void on_idle(Connection& connection);
    void on_answer(const ResponseReader::Response& response, std::int64_t sent_ns);
    void send_due();
    void ask(Connection& connection, std::int64_t sent_ns);
    void fail(std::string sentence) { finish(std::move(sentence)); }
    void begin_measuring();
    void end_measuring();
    void drain();
    void tick();
    void finish(std::string failure);

    HttpOptions options_;
    OnFinished on_finished_;
    net::Endpoint server_;
    RequestText request_;
    std::unique_ptr<char[]> read_buffer_;
    std::deque<Connection> connections_;
    std::vector<Connection*> idle_;
    std::deque<std::int64_t> waiting_;  // when requests should have been sent that found no connection
    std::optional<Schedule> schedule_;
    Alarm alarm_;
    net::Timer timer_;
    net::Timer ticks_;
    Measurement measurement_;
    std::uint64_t scheduled_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;
    std::uint64_t answered_at_begin_ = 0;
    std::uint64_t answered_at_end_ = 0;
    std::uint64_t answered_at_last_tick_ = 0;
    int ticks_without_answer_ = 0;
    bool is_sending_ = true;
    std::array<std::uint64_t, statuses> by_status_{};
    Histogram latency_;
    Histogram send_delay_;
};

}  // namespace roost::bench
