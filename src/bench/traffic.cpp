#include "bench/traffic.hpp"

#include "bench/usage.hpp"
#include "schema/json_writer.hpp"
#include "ws/frame.hpp"

#include <fmt/format.h>

#include <cassert>
#include <exception>
#include <random>
#include <stdexcept>
#include <utility>

namespace roost::bench {
namespace {

constexpr std::string_view broadcast_refs = "[null,null,";
constexpr std::string_view push_refs = R"(["1",")";
constexpr std::string_view ok_status = R"("status":"ok")";
constexpr std::chrono::milliseconds drain_look{100};
constexpr std::size_t shown = 300;  // bytes of a refusal

std::chrono::milliseconds ms(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

FleetOptions sized(FleetOptions fleet, const TrafficOptions& options) {
    fleet.size = options.groups * options.members;
    return fleet;
}

}  // namespace

Traffic::Traffic(const FleetOptions& fleet, TrafficOptions options, OnFinished on_finished)
    : options_(std::move(options)), on_finished_(std::move(on_finished)), texts_(std::random_device{}()),
      fleet_(sized(fleet, options_), *this), is_bare_(fleet.is_bare),
      ledger_(std::size_t{fleet_.size()} * options_.publishers), groups_(options_.groups),
      alarm_([this] { publish_due(); }), measurement_(options_.time.servers) {
    assert(options_.publishers >= 1 && options_.publishers <= options_.members);
    for (std::uint32_t i = 0; i < options_.groups * options_.publishers; ++i)
        publishers_.push_back(make_publisher(i));
}

Traffic::Publisher Traffic::make_publisher(std::uint32_t index) {
    const auto group = index / options_.publishers;
    const auto topic = numbered_topic(options_.topic, group);
    const auto text = texts_.write({index, 0}, options_.text_bytes);
    const auto connection = group * options_.members + index % options_.publishers;
    if (is_bare_) return {connection, PushFrame(bare_payload(topic, text), texts_, std::nullopt), {}, {}};
    auto payload = std::string(push_refs) + std::string(PushFrame::ref_digits, '0') + "\",";
    schema::append_string(payload, topic);
    payload += ',';
    schema::append_string(payload, options_.event);
    payload += ',' + replaced(options_.payload, "{text}", text) + ']';
    return {connection, PushFrame(payload, texts_, fleet_.random_mask()), {}, {}};
}

// What a server's broadcast looks like, as long as it should be.
std::string Traffic::bare_payload(std::string_view topic, const std::string& text) const {
    auto payload = fmt::format(
        R"({}"{}","shout",{{"user":{{"id":1,"name":"Demo"}},"message":"{}","timestamp":"2026-01-31T08:15:30.000001Z"}}])",
        broadcast_refs, topic, text);
    if (options_.frame_bytes == 0) return payload;
    // Not every size can be had: a header is 2, 4 or 10 bytes.
    const auto place = payload.find(text) + text.size();
    while (payload.size() + ws::frame_header_size(payload.size()) < options_.frame_bytes)
        payload.insert(place, 1, '.');
    if (payload.size() + ws::frame_header_size(payload.size()) != options_.frame_bytes)
        throw std::runtime_error(fmt::format("no broadcast has {} bytes: the least is {}",
                                             options_.frame_bytes,
                                             payload.size() + ws::frame_header_size(payload.size())));
    return payload;
}

std::string Traffic::topic_of(std::uint32_t connection) {
    return numbered_topic(options_.topic, connection / options_.members);
}

// --- Sending

void Traffic::on_all_joined() {
    phase_ = Phase::sending;
    const auto now = now_ns();
    timer_.start(ms(options_.time.warmup_s), [this] { begin_measuring(); });
    if (is_closed_loop()) {
        for (std::uint32_t round = 0; round < options_.window; ++round)
            for (std::uint32_t i = 0; i < publishers_.size(); ++i) publish(i, now);
        write_batches();
    } else {
        schedule_.emplace(options_.rate, now);
        publish_due();
    }
}

void Traffic::publish(std::uint32_t index, std::int64_t sent_ns) {
    auto& publisher = publishers_[index];
    const auto number = publisher.messages.sent();
    publisher.messages.add(
        {.sent_ns = sent_ns, .receivers = options_.members, .awaits_reply = options_.is_acknowledged});
    if (publisher.batch.empty()) to_write_.push_back(index);
    publisher.batch += publisher.frame.number(number);
    ++sent_;
    ++outstanding_;
}

void Traffic::publish_due() {
    if (phase_ != Phase::sending) return;
    const auto now = now_ns();
    for (const auto due = schedule_->due(now); sent_ < due;) {
        const auto time = schedule_->time_of(sent_);
        if (measurement_.is_running()) send_delay_.record(now - time);
        publish(static_cast<std::uint32_t>(sent_ % publishers_.size()), time);
    }
    write_batches();
    alarm_.set(schedule_->time_of(sent_));
}

void Traffic::write_batches() {
    for (const auto index : to_write_) {
        auto& publisher = publishers_[index];
        fleet_[publisher.connection].send(publisher.batch);
        publisher.batch.clear();
    }
    to_write_.clear();
}

// --- Receiving

void Traffic::on_message(std::uint32_t connection, std::string_view payload, std::int64_t now_ns) {
    if (payload.starts_with(broadcast_refs)) [[likely]]
        take_broadcast(connection, payload, now_ns);
    else if (payload.starts_with(push_refs)) take_reply(connection, payload, now_ns);
}

void Traffic::take_broadcast(std::uint32_t connection, std::string_view payload, std::int64_t now_ns) {
    const auto group = connection / options_.members;
    const auto message = texts_.find(payload, groups_[group].text_place);
    if (!message) return;  // of another event, or of an earlier run
    frame_bytes_ = ws::frame_header_size(payload.size()) + payload.size();
    const auto of_group = message->publisher - group * options_.publishers;
    if (of_group >= options_.publishers) return void(++misrouted_);
    auto& publisher = publishers_[message->publisher];
    if (message->number >= publisher.messages.sent()) return void(++unknown_);
    const auto line = std::size_t{connection} * options_.publishers + of_group;
    if (!ledger_.arrive(line, message->number)) return;
    auto* const waiting = publisher.messages.find(message->number);
    if (waiting == nullptr) return;
    if (is_measured(*waiting)) delivery_.record(now_ns - waiting->sent_ns);
    if (--waiting->receivers > 0) return;
    ++completed_;
    if (is_measured(*waiting)) complete_.record(now_ns - waiting->sent_ns);
    settle(message->publisher, waiting->is_over(), now_ns);
}

// After a change of one of its messages. In a closed loop of messages that are not acknowledged the next one
// follows.
void Traffic::settle(std::uint32_t index, bool is_over, std::int64_t now_ns) {
    if (is_over) --outstanding_;
    publishers_[index].messages.settle();
    if (is_over && !options_.is_acknowledged && is_closed_loop() && phase_ == Phase::sending)
        publish(index, now_ns);
}

void Traffic::take_reply(std::uint32_t connection, std::string_view payload, std::int64_t now_ns) {
    const auto of_group = connection % options_.members;
    if (of_group >= options_.publishers || payload.size() < push_refs.size() + PushFrame::ref_digits) return;
    const auto number = read_digits(payload.data() + push_refs.size(), PushFrame::ref_digits);
    if (!number) return;  // of a push of the server
    const auto index = connection / options_.members * options_.publishers + of_group;
    auto& publisher = publishers_[index];
    const bool is_ok = payload.find(ok_status) != std::string_view::npos;
    auto* const waiting = publisher.messages.find(*number);
    if (waiting == nullptr || waiting->awaits_reply != options_.is_acknowledged) {
        if (options_.is_acknowledged || !is_ok) ++stray_replies_;
        return;
    }
    ++replies_;
    if (is_ok && !options_.is_acknowledged) return;
    if (!is_ok && refused_++ == 0) first_refusal_ = payload.substr(0, shown);
    if (is_ok && is_measured(*waiting)) acknowledged_.record(now_ns - waiting->sent_ns);
    waiting->awaits_reply = false;
    if (!is_ok) waiting->receivers = 0;  // it is expected nowhere
    settle(index, waiting->is_over(), now_ns);
    if (options_.is_acknowledged && is_closed_loop() && phase_ == Phase::sending) publish(index, now_ns);
}

// --- The end

void Traffic::begin_measuring() {
    try {
        measurement_.begin();
    } catch (const std::exception& error) {
        return finish(error.what());
    }
    at_begin_ = counts();
    timer_.start(ms(options_.time.seconds), [this] { stop_sending(); });
}

void Traffic::stop_sending() {
    phase_ = Phase::draining;
    try {
        measurement_.end();
    } catch (const std::exception& error) {
        return finish(error.what());
    }
    at_end_ = counts();
    timer_.start(drain_look, [this] { drain(); });
}

// One look more when nothing is on its way: what comes twice comes late.
void Traffic::drain() {
    const bool is_quiet = counts() == std::exchange(at_last_look_, counts());
    looks_without_progress_ = is_quiet ? looks_without_progress_ + 1 : 0;
    const auto patience = outstanding_ == 0 ? 1.0 : options_.drain_s * 1000 / drain_look.count();
    if (looks_without_progress_ >= patience) return finish({});
    timer_.start(drain_look, [this] { drain(); });
}

void Traffic::on_failed(std::string sentence) {
    finish(std::move(sentence));
}

void Traffic::finish(std::string failure) {
    if (std::exchange(phase_, Phase::finished) == Phase::finished) return;
    timer_.cancel();
    on_finished_(std::move(failure));
}

}  // namespace roost::bench
