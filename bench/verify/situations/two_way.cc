// Two engines between two connections, one for each direction, as a proxy runs them.

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <optional>
#include <thread>

#include "bench/verify/dialogues.h"
#include "bench/verify/situation.h"
#include "bench/verify/trial.h"

namespace splicebench {

namespace {

std::string needs_both_directions(const Subject& subject) {
  const std::string reason = needs_both_peers(subject);
  return reason.empty() ? needs_own_engine(subject) : reason;
}

/// Relays both ways until both directions have ended; passes ends on as a proxy does: end of stream
/// by a half-close, an error by ending both connections.
class TwoWay {
 public:
  explicit TwoWay(Trial& trial)
      : trial_(trial),
        up_([this] { run(trial_.ends().source.get(), trial_.ends().sink.get(), up_outcome_); }),
        down_(
            [this] { run(trial_.ends().sink.get(), trial_.ends().source.get(), down_outcome_); }) {}
  ~TwoWay() { join(); }
  TwoWay(const TwoWay&) = delete;
  TwoWay& operator=(const TwoWay&) = delete;

  void join() {
    if (up_.joinable()) up_.join();
    if (down_.joinable()) down_.join();
  }

  /// Both directions ended in order after so many bytes.
  void expect_ends(std::uint64_t up_bytes, std::uint64_t down_bytes) {
    join();
    trial_.expect_outcome({Ended::eof, Side::none, {}, up_bytes}, up_outcome_);
    trial_.expect_outcome({Ended::eof, Side::none, {}, down_bytes}, down_outcome_);
  }

  /// Both directions ended after so many bytes, `up` and `down` as said; none: somehow.
  void expect_bytes(std::uint64_t up_bytes, std::uint64_t down_bytes,
                    const std::optional<Expected>& up, const std::optional<Expected>& down) {
    join();
    if (up) trial_.expect_outcome(*up, up_outcome_);
    if (down) trial_.expect_outcome(*down, down_outcome_);
    trial_.expect(
        up_outcome_.out == up_bytes && down_outcome_.out == down_bytes,
        fmt::format("up: {}; down: {}; expected {} bytes up and {} down", describe(up_outcome_),
                    describe(down_outcome_), up_bytes, down_bytes));
  }

 private:
  void run(int source, int sink, Outcome& outcome) {
    try {
      const std::unique_ptr<Engine> engine = trial_.engine(source, sink);
      outcome = trial_.drive(*engine, source, sink, kNever);
    } catch (const std::exception& error) {
      trial_.expect(false, error.what());
      outcome.ended = Ended::error;
    }
    if (outcome.ended == Ended::eof) {
      ::shutdown(sink, SHUT_WR);
    } else {
      ::shutdown(source, SHUT_RDWR);
      ::shutdown(sink, SHUT_RDWR);
    }
  }

  Trial& trial_;
  Outcome up_outcome_;
  Outcome down_outcome_;
  std::thread up_;
  std::thread down_;
};

using Dialogue = void (*)(Expectations&, Fd&, Fd&);

/// The dialogue, then both directions end in order after so many bytes.
Situation relayed(const std::string& name, Dialogue dialogue, std::uint64_t up_bytes,
                  std::uint64_t down_bytes, bool quick) {
  Situation situation;
  situation.group = "two-way";
  situation.name = name;
  situation.inapplicable = needs_both_directions;
  situation.quick = quick;
  situation.act = [=](Trial& trial) {
    TwoWay relay(trial);
    dialogue(trial, trial.ends().writer, trial.ends().reader);
    relay.expect_ends(up_bytes, down_bytes);
  };
  return situation;
}

/// How a direction ends whose source leaves by a reset. AF_UNIX knows none while nothing is unread.
Expected after_reset(bool is_tcp) {
  if (is_tcp) return {Ended::error, Side::source, {ECONNRESET}, kExchangedBytes};
  return {Ended::eof, Side::none, {}, kExchangedBytes};
}

Situation departing(const Departure& departure) {
  Situation situation;
  situation.group = "two-way";
  situation.name = departure.name;
  situation.inapplicable = needs_both_directions;
  situation.quick = true;
  situation.act = [departure](Trial& trial) {
    TwoWay relay(trial);
    leave_in_order(trial, trial.ends().writer, trial.ends().reader, departure.first, departure.how);
    if (departure.how != Leave::reset) {
      relay.expect_ends(kExchangedBytes, kExchangedBytes);
      return;
    }
    // The direction in which the reset comes tells it. The other, whose ends are closed then, may
    // end in any manner, and so may the second of two resets.
    std::optional<Expected> up;
    std::optional<Expected> down;
    if (departure.first != First::server)
      up = after_reset(needs_tcp_source(trial.subject()).empty());
    if (departure.first == First::server)
      down = after_reset(trial.subject().path->kinds.sink == EndKind::tcp);
    relay.expect_bytes(kExchangedBytes, kExchangedBytes, up, down);
  };
  return situation;
}

Situation foo() {
  Situation situation;
  situation.group = "two-way";
  situation.name = "\"foo\" and close (Go: issue25985)";
  situation.inapplicable = needs_both_directions;
  situation.quick = true;
  situation.act = [](Trial& trial) {
    TwoWay relay(trial);
    foo_and_close(trial, trial.ends().writer, trial.ends().reader);
    relay.expect_ends(3, 0);
  };
  return situation;
}

}  // namespace

std::vector<Situation> two_way_situations() {
  std::vector<Situation> rows = {
      foo(),
      relayed("late reply after half-close", late_reply, kRequestBytes, kReplyBytes, true),
      relayed("half-close only after the last byte", half_close_waits, kSlowlyReadBytes,
              kAnswerBytes, true),
      relayed("both directions at full speed", both_full_speed, kBothWaysBytes, kBothWaysBytes,
              false),
  };
  for (const Departure& departure : kDepartures) rows.push_back(departing(departure));
  return rows;
}

}  // namespace splicebench
