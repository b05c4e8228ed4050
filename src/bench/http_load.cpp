#include "bench/http_load.hpp"

#include "bench/numbered_text.hpp"
#include "bench/usage.hpp"
#include "net/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace roost::bench {
namespace {

constexpr std::size_t read_buffer_size = 256U << 10U;
constexpr std::chrono::milliseconds tick_time{100};
constexpr std::string_view placeholder = "{n}";
constexpr std::size_t digits = NumberedText::number_digits;

net::Endpoint first_address(const Url& url) {
    const auto all = net::look_up(url.host, url.port);
    if (all.empty()) throw std::runtime_error(fmt::format("the host {} has no address", url.host));
    return all.front();
}

std::chrono::milliseconds ms(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
        ++count;
    return count;
}

}  // namespace

RequestText::RequestText(const HttpOptions& options)
    : bytes(fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", options.method, options.url.target,
                        options.url.authority())) {
    if (!options.token.empty()) bytes += fmt::format("Authorization: Bearer {}\r\n", options.token);
    for (const auto& header : options.headers) bytes += header + "\r\n";
    if (!options.body.empty()) {
        const auto growth = count_of(options.body, placeholder) * (digits - placeholder.size());
        bytes += fmt::format("Content-Length: {}\r\n", options.body.size() + growth);
    }
    bytes += "\r\n" + options.body;
    for (auto at = bytes.find(placeholder); at != std::string::npos; at = bytes.find(placeholder, at)) {
        bytes.replace(at, placeholder.size(), digits, '0');
        places.push_back(at);
    }
}

class HttpLoad::Connection final : public Stream {
public:
    Connection(HttpLoad& load, std::span<char> read_buffer) : Stream(read_buffer), load_(load) {}

    void open() {
        const auto refusal = Stream::open(load_.server_, nullptr);
        if (!refusal.empty()) on_lost(refusal);
    }
    void ask(std::string_view request, std::int64_t sent_ns) {
        sent_ns_ = sent_ns;
        is_asking_ = true;
        send(request);
    }

private:
    void on_connected() override { load_.on_idle(*this); }
    void on_bytes(std::span<const char> bytes) override {
        bool is_answered = false;
        bool closes = false;
        const auto fault = reader_.feed(bytes, [&](const ResponseReader::Response& response) {
            if (!std::exchange(is_asking_, false)) return;
            is_answered = true;
            closes = response.closes;
            load_.on_answer(response, sent_ns_);
        });
        if (!fault.empty()) return load_.fail(fmt::format("the server sent {}", fault));
        if (!is_answered) return;
        if (!closes) return load_.on_idle(*this);
        close();
        open();
    }
    void on_lost(std::string_view why) override {
        load_.fail(fmt::format("{} the server at {}: {}",
                               is_asking_ ? "no answer from" : "cannot keep a connection to",
                               load_.options_.url.authority(), why));
    }

    HttpLoad& load_;
    ResponseReader reader_;
    std::int64_t sent_ns_ = 0;
    bool is_asking_ = false;
};

HttpLoad::HttpLoad(HttpOptions options, OnFinished on_finished)
    : options_(std::move(options)), on_finished_(std::move(on_finished)),
      server_(first_address(options_.url)), request_(options_),
      read_buffer_(std::make_unique<char[]>(read_buffer_size)), alarm_([this] { send_due(); }),
      measurement_(options_.time.servers) {
    for (std::uint32_t i = 0; i < options_.connections; ++i)
        connections_.emplace_back(*this, std::span(read_buffer_.get(), read_buffer_size));
}

HttpLoad::~HttpLoad() = default;

void HttpLoad::start() {
    for (auto& connection : connections_) connection.open();
    timer_.start(ms(options_.time.warmup_s), [this] { begin_measuring(); });
    ticks_.start(tick_time, [this] { tick(); });
    if (options_.rate <= 0) return;
    schedule_.emplace(options_.rate, now_ns());
    send_due();
}

// --- Asking

void HttpLoad::on_idle(Connection& connection) {
    if (!waiting_.empty()) {
        const auto sent = waiting_.front();
        waiting_.pop_front();
        ask(connection, sent);
    } else if (!schedule_ && is_sending_) {
        ask(connection, now_ns());
    } else {
        idle_.push_back(&connection);
    }
}

void HttpLoad::ask(Connection& connection, std::int64_t sent_ns) {
    for (const auto place : request_.places)
        write_digits(request_.bytes.data() + place, digits,
                     static_cast<std::uint32_t>(sent_ % NumberedText::most_numbers));
    ++sent_;
    connection.ask(request_.bytes, sent_ns);
}

void HttpLoad::send_due() {
    if (!is_sending_) return;
    const auto now = now_ns();
    for (const auto due = schedule_->due(now); scheduled_ < due; ++scheduled_) {
        const auto time = schedule_->time_of(scheduled_);
        if (measurement_.is_running()) send_delay_.record(now - time);
        if (idle_.empty()) {
            waiting_.push_back(time);
            continue;
        }
        auto& connection = *idle_.back();
        idle_.pop_back();
        ask(connection, time);
    }
    alarm_.set(schedule_->time_of(scheduled_));
}

void HttpLoad::on_answer(const ResponseReader::Response& response, std::int64_t sent_ns) {
    ++answered_;
    ++by_status_[std::min<std::size_t>(response.status, statuses - 1)];
    if (sent_ns >= measurement_.began_ns()) latency_.record(now_ns() - sent_ns);
}

// --- The end

void HttpLoad::begin_measuring() {
    try {
        measurement_.begin();
    } catch (const std::exception& error) {
        return finish(error.what());
    }
    answered_at_begin_ = answered_;
    timer_.start(ms(options_.time.seconds), [this] { end_measuring(); });
}

void HttpLoad::end_measuring() {
    is_sending_ = false;
    try {
        measurement_.end();
    } catch (const std::exception& error) {
        return finish(error.what());
    }
    answered_at_end_ = answered_;
    drain();
}

void HttpLoad::drain() {
    if (answered_ == sent_ && waiting_.empty()) return finish({});
    timer_.start(std::chrono::milliseconds(1), [this] { drain(); });
}

void HttpLoad::tick() {
    const bool is_quiet = answered_ == std::exchange(answered_at_last_tick_, answered_);
    ticks_without_answer_ = is_quiet && (sent_ > answered_ || sent_ == 0) ? ticks_without_answer_ + 1 : 0;
    if (ticks_without_answer_ * tick_time.count() > static_cast<std::int64_t>(options_.timeout_s * 1000))
        return finish(fmt::format("the server at {} has not answered for {} s", options_.url.authority(),
                                  options_.timeout_s));
    ticks_.start(tick_time, [this] { tick(); });
}

void HttpLoad::finish(std::string failure) {
    is_sending_ = false;
    timer_.cancel();
    ticks_.cancel();
    if (const auto on_finished = std::exchange(on_finished_, nullptr)) on_finished(std::move(failure));
}

void HttpLoad::report(Report& report) const {
    report.add("connections", std::uint64_t{options_.connections});
    if (schedule_) report.add("rate_per_s", options_.rate);
    report.add("request_bytes", std::uint64_t{request_.bytes.size()});
    measurement_.report(report);
    const auto answered = static_cast<double>(answered_at_end_ - answered_at_begin_);
    report.add("rates.requests_per_s", answered / measurement_.seconds());
    if (measurement_.has_servers() && measurement_.server_cpu_seconds() > 0)
        report.add("rates.requests_per_server_cpu_s", answered / measurement_.server_cpu_seconds());
    report.add_latency("latency.answer", latency_);
    report.add_latency("bench.send_delay", send_delay_);
    report.add("accounting.sent", sent_);
    report.add("accounting.answered", answered_);
    std::uint64_t good = 0;
    for (std::size_t status = 0; status < statuses; ++status) {
        if (by_status_[status] == 0) continue;
        report.add(fmt::format("statuses.{}", status), by_status_[status]);
        if (status >= 200 && status < 300) good += by_status_[status];
    }
    if (good < answered_)
        report.fail(
            fmt::format("{} of {} requests were not answered with success", answered_ - good, answered_));
    if (answered_ == 0) report.fail("no request was answered");
}

}  // namespace roost::bench
