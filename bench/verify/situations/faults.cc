// Calls that fail: interrupted by signals, or with an errno injected on the first, second and third
// call. The rules: nothing moved yet, or "not by splice": go on with read and write, what is in
// between first. A true error: the exact count, the errno and its side. Never a silent success.

#include <fmt/format.h>

#include <cerrno>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::int64_t kFewestInterruptions = 20;
constexpr double kStormPatience = 90;  ///< seconds

constexpr int kMostTransfers = 20;  ///< on a machine that gives a storm no time

/// Waits that a storm interrupts in transfers whose ends pause so many seconds before each piece:
/// as many transfers as it takes to interrupt enough of those that `count` counts.
template <typename Count>
void interrupt_many(Trial& trial, double writing_pause, double reading_pause, Count count,
                    const char* side) {
  Script script;
  script.writing.bytes = 400000;
  script.writing.size = 5000;
  script.writing.pause = writing_pause;
  script.reading.size = 5000;
  script.reading.pause = reading_pause;
  script.storm = true;
  std::int64_t seen = 0;
  for (int i = 0; i < kMostTransfers && seen < kFewestInterruptions; ++i) {
    if (i > 0) trial.reopen();
    // The sink alone: with little room at the source the writer would wait for window timers, and
    // the engine for the writer.
    if (reading_pause > 0) trial.shrink_sink();
    trial.relay(script);
    seen += count(trial.cost().interrupted);
  }
  trial.expect(seen >= kFewestInterruptions,
               fmt::format("only {} waits for the {} were interrupted", seen, side));
}

/// First the reader is slow, then the writer: the engine waits for the sink, then for the source,
/// and is interrupted in either. In transfers of their own, so that one's length says nothing of
/// the other.
void storm(Trial& trial) {
  if (trial.has_reader()) {
    interrupt_many(
        trial, 0, 0.002, [](const Interruptions& seen) { return seen.on_sink + seen.on_engine; },
        "sink");
    trial.reopen();
  }
  interrupt_many(
      trial, 0.002, 0, [](const Interruptions& seen) { return seen.on_source + seen.on_engine; },
      "source");
}

bool ordinary(int error) { return error == EINTR || error == EAGAIN; }

/// Whether read and write take over when the `nth` splice fails with `error`.
bool taken_over(int error, int nth) {
  const bool maybe_true_error = error == ENOMEM || error == EIO;
  return !maybe_true_error || nth == 1;
}

void inject(Trial& trial, std::vector<Injection> injections,
            const std::optional<Expected>& when_injected) {
  Script script;
  script.writing.bytes = 6 << 20;
  script.queued = true;
  script.injections = std::move(injections);
  script.when_injected = when_injected;
  trial.relay(script);
}

std::string ordinal(int nth) { return nth == 1 ? "first" : nth == 2 ? "second" : "third"; }

const char* name_of_mover(Call call) {
  switch (call) {
    case Call::sendfile:
      return "sendfile";
    case Call::splice_in:
      return "splice from the source";
    case Call::splice_out:
      return "splice into the sink";
    case Call::ring_splice_in:
      return "linked request into the pipe";
    default:
      return "linked request into the sink";
  }
}

bool is_of_ring(Call call) { return call == Call::ring_splice_in || call == Call::ring_splice_out; }

constexpr const char* kRingSplice = "uring:splice";

std::string needs_ring_splice(const Subject& subject) {
  return subject.mode.engine->name == kRingSplice ? "" : "this engine splices by no io_uring";
}

std::string needs_ring(const Subject& subject) {
  const std::string& name = subject.mode.engine->name;
  return name.starts_with("uring") && name != kRingSplice ? "" : "this engine sends by no io_uring";
}

/// A loop of several flows is told but once when a descriptor is ready (EPOLLET), and the kernel
/// does not say of such a one that it is not.
std::string needs_to_look_again(int error, const Subject& subject) {
  return subject.flows > 1 && error == EAGAIN
             ? "a loop is told once of what is ready, and then no kernel says EAGAIN"
             : "";
}

/// The errno on the nth splice(2) or sendfile(2); on all after it, too, where it says "not by this
/// call".
Situation mover_fails(Call call, int error, int nth) {
  const bool into_sink = call == Call::splice_out || call == Call::ring_splice_out;
  const Side side = into_sink ? Side::sink : Side::source;
  Situation situation;
  situation.group = "faults";
  situation.name =
      fmt::format("{} on the {} {}", error_name(error), ordinal(nth), name_of_mover(call));
  situation.quick = nth == 2 || (nth == 1 && error == EIO);
  situation.inapplicable = [call, error, nth](const Subject& subject) -> std::string {
    const std::string reason = is_of_ring(call) ? needs_ring_splice(subject) : "";
    if (!reason.empty()) return reason;
    if (subject.flows > 1 && nth > 1 && !taken_over(error, nth))
      return "which of an engine's calls is its first is the loop's to say, which lends it";
    return needs_to_look_again(error, subject);
  };
  situation.act = [call, error, nth, side](Trial& trial) {
    const bool whole = ordinary(error) || taken_over(error, nth);
    std::optional<Expected> end;
    if (!whole) end = Expected{Ended::error, side, {error}, {}};
    inject(trial, {{call, error, nth, !ordinary(error)}}, end);
    if (trial.cost().injected == 0)
      throw NotApplicable(fmt::format("this engine makes no {} such call", ordinal(nth)));
  };
  return situation;
}

/// The errno on the nth read or write, with splice and sendfile refused from the start, so that
/// every engine comes to it.
Situation copy_fails(Call call, int error, int nth) {
  const Side side = call == Call::read ? Side::source : Side::sink;
  Situation situation;
  situation.group = "faults";
  situation.name = fmt::format("no splice, {} on the {} {}", error_name(error), ordinal(nth),
                               side == Side::source ? "read" : "write");
  situation.quick = nth == 2 && (ordinary(error) || error == EIO);
  situation.inapplicable = [error](const Subject& subject) {
    return needs_to_look_again(error, subject);
  };
  situation.act = [call, error, nth, side](Trial& trial) {
    std::optional<Expected> end;
    if (!ordinary(error)) end = Expected{Ended::error, side, {error}, {}};
    inject(trial,
           {{Call::splice_in, ENOSYS, 1, true},
            {Call::splice_out, ENOSYS, 1, true},
            {Call::sendfile, ENOSYS, 1, true},
            {Call::ring, ENOSYS, 1, true},
            {Call::bpf, ENOSYS, 1, true},
            {call, error, nth, false}},
           end);
    if (trial.cost().injected == 0)
      throw NotApplicable("this engine makes neither reads nor writes nor splices");
  };
  return situation;
}

const char* name_of_setup(Call call) {
  if (call == Call::ring) return "io_uring_setup";
  if (call == Call::bpf) return "bpf";
  return call == Call::pipe ? "pipe2" : "F_SETPIPE_SZ";
}

Situation setup_fails(Call call, int error) {
  Situation situation;
  situation.group = "faults";
  situation.name = fmt::format("{} on {}", error_name(error), name_of_setup(call));
  situation.quick = error == ENFILE || error == EPERM;
  situation.act = [call, error](Trial& trial) {
    inject(trial, {{call, error, 1, true}}, {});
    if (trial.cost().injected == 0)
      throw NotApplicable(fmt::format("this engine makes no {} call", name_of_setup(call)));
  };
  return situation;
}

/// io_uring_enter(2) fails: on "not now" what was handed over in vain is handed over again; a true
/// error is told with the exact count.
Situation ring_fails(int error, int nth) {
  const bool is_passing = ordinary(error) || error == EBUSY;
  Situation situation;
  situation.group = "faults";
  situation.name = fmt::format("{} on the {} io_uring_enter", error_name(error), ordinal(nth));
  situation.quick = !is_passing || nth == 2;
  situation.inapplicable = [is_passing](const Subject& subject) {
    return subject.flows > 1 && !is_passing ? "a ring that fails, fails all who have it" : "";
  };
  situation.act = [error, nth, is_passing](Trial& trial) {
    std::optional<Expected> end;
    if (!is_passing) end = Expected{Ended::error, Side::source, {error}, {}};
    inject(trial, {{Call::ring_enter, error, nth, false}}, end);
    if (trial.cost().injected == 0)
      throw NotApplicable(fmt::format("this engine makes no {} such call", ordinal(nth)));
  };
  return situation;
}

/// A request of the ring that completes with the errno. ECANCELED and ENOBUFS are the ring's own
/// words; what it says of a send without a copy is "not in this way".
bool is_survived(Call call, int error, const Subject& subject) {
  if (ordinary(error) || error == ECANCELED) return true;
  if (call == Call::ring_receive) return error == ENOBUFS;
  const bool without_copy = subject.mode.engine->name == "uring:zc";
  return without_copy && (error == ENOMEM || error == ENOBUFS || error == EOPNOTSUPP);
}

Situation request_fails(Call call, int error, int nth) {
  const bool receives = call == Call::ring_receive;
  Situation situation;
  situation.group = "faults";
  situation.name = fmt::format("{} on the {} {} of a ring", error_name(error), ordinal(nth),
                               receives ? "receive" : "send");
  situation.quick = nth == 1;
  situation.inapplicable = needs_ring;
  situation.act = [call, error, nth, receives](Trial& trial) {
    std::optional<Expected> end;
    if (!is_survived(call, error, trial.subject()))
      end = Expected{Ended::error, receives ? Side::source : Side::sink, {error}, {}};
    inject(trial, {{call, error, nth, false}}, end);
    if (trial.cost().injected == 0)
      throw NotApplicable(fmt::format("this engine makes no {} such request", ordinal(nth)));
  };
  return situation;
}

void short_sends(Trial& trial) {
  inject(trial, {{Call::ring_send, 0, 1, true, 10000}}, {});
  if (trial.cost().injected == 0) throw NotApplicable("this engine sends nothing by a ring");
}

}  // namespace

std::vector<Situation> fault_situations() {
  std::vector<Situation> rows;
  rows.push_back({"faults", "EINTR storm", storm, needs_writer, true, kStormPatience});
  const std::vector<int> errors = {ENOSYS, EPERM, EINVAL, EOPNOTSUPP, ENOMEM, EIO, EINTR, EAGAIN};
  for (const Call call : {Call::splice_in, Call::splice_out, Call::sendfile, Call::ring_splice_in,
                          Call::ring_splice_out}) {
    for (const int error : errors) {
      for (const int nth : {1, 2, 3}) rows.push_back(mover_fails(call, error, nth));
    }
  }
  for (const Call call : {Call::read, Call::write}) {
    for (const int error : errors) {
      for (const int nth : {1, 2, 3}) rows.push_back(copy_fails(call, error, nth));
    }
  }
  for (const int error : {EMFILE, ENFILE, ENOMEM}) rows.push_back(setup_fails(Call::pipe, error));
  for (const int error : {EPERM, EBUSY, ENOMEM})
    rows.push_back(setup_fails(Call::pipe_size, error));
  for (const int error : {EPERM, ENOSYS, ENFILE}) rows.push_back(setup_fails(Call::ring, error));
  for (const int error : {EPERM, ENOMEM}) rows.push_back(setup_fails(Call::bpf, error));
  for (const int error : {EINTR, EAGAIN, EBUSY, EIO}) {
    for (const int nth : {1, 2, 3}) rows.push_back(ring_fails(error, nth));
  }
  for (const Call call : {Call::ring_receive, Call::ring_send}) {
    for (const int error :
         {EINTR, EAGAIN, ECANCELED, ENOBUFS, ENOMEM, EOPNOTSUPP, ECONNRESET, EIO}) {
      for (const int nth : {1, 2, 3}) rows.push_back(request_fails(call, error, nth));
    }
  }
  rows.push_back({"faults", "short sends of a ring", short_sends, needs_ring, true});
  return rows;
}

}  // namespace splicebench
