#include "bench/verify/trial.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <thread>

#include "bench/verify/meter.h"
#include "bench/verify/situation.h"
#include "harness/engine/driver.h"
#include "harness/sample/source/source_file.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr int kQueueMilliseconds = 5000;

void set_blocking_state(int fd, bool blocking) {
  const int flags = check(::fcntl(fd, F_GETFL), "read the flags of", "a descriptor");
  check(::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK),
        "set the flags of", "a descriptor");
}

Expected expected_of(const Script& script, bool injected) {
  if (injected && script.when_injected) return *script.when_injected;
  if (script.expected) return *script.expected;
  Expected expected;
  expected.ended = script.limit <= script.writing.bytes ? Ended::limit : Ended::eof;
  expected.out = std::min(script.limit, script.writing.bytes);
  return expected;
}

/// Bytes of a turn: so few that most transfers take several.
constexpr std::uint64_t kFewBytes = 64 << 10;

/// The engine under test, with its balance watched.
class Audited : public Engine {
 public:
  Audited(Engine& engine, std::uint64_t held, Expectations& expectations)
      : engine_(engine), left_(held), expectations_(expectations) {}

  void prepare(int source, int sink) override { engine_.prepare(source, sink); }

  Outcome transfer(std::uint64_t limit) override {
    const Outcome part = engine_.transfer(limit);
    expectations_.expect(
        left_ + part.in == part.out + part.left,
        fmt::format("out of balance: {} left before, then {}", left_, describe(part)));
    left_ = part.left;
    return part;
  }

 private:
  Engine& engine_;
  std::uint64_t left_;
  Expectations& expectations_;
};

}  // namespace

Trial::Trial(const Subject& subject, const std::string& file_dir)
    : subject_(subject), file_dir_(file_dir) {
  descriptors_ = open_descriptors();
  reopen();
}

void Trial::reopen() {
  // One listener for all of a kind: a connection whose accepted end closed first holds the port of
  // its listener for a minute, and 200 relays on every path took all there are.
  if (!source_pairs_) source_pairs_.emplace();
  if (!sink_pairs_) sink_pairs_.emplace();
  PathPlace place;
  place.file_dir = file_dir_;
  place.source_pairs = &*source_pairs_;
  place.sink_pairs = &*sink_pairs_;
  ends_ = subject_.path->open(place);
  const bool blocking = subject_.handling == Handling::blocking;
  set_blocking(blocking, blocking);
}

void Trial::set_blocking(bool source, bool sink) {
  set_blocking_state(ends_.source.get(), source);
  set_blocking_state(ends_.sink.get(), sink);
}

void Trial::replace_sink(Fd sink) {
  set_blocking_state(sink.get(), subject_.handling == Handling::blocking);
  ends_.sink = std::move(sink);
}

void Trial::replace_sink(Fd sink, Fd reader) {
  replace_sink(std::move(sink));
  ends_.reader = std::move(reader);
}

void Trial::replace_source(Fd writer, Fd source) {
  set_blocking_state(source.get(), subject_.handling == Handling::blocking);
  ends_.writer = std::move(writer);
  ends_.source = std::move(source);
}

void Trial::feed(PathEnds& ends, const Writing& writing) {
  if (ends.writer) {
    write_content(ends.writer, writing);
  } else {
    write_file_content(ends.source.get(), kContentSeed, 0, writing.bytes);
  }
}

void Trial::shrink() {
  if (has_writer()) {
    for (const Fd* fd : {&ends_.writer, &ends_.source}) shrink_buffers(fd->get());
  }
  shrink_sink();
}

void Trial::shrink_sink() {
  if (!has_reader()) return;
  for (const Fd* fd : {&ends_.sink, &ends_.reader}) shrink_buffers(fd->get());
}

void Trial::finish() {
  ends_ = {};
  source_pairs_.reset();
  sink_pairs_.reset();
  const std::size_t now = open_descriptors();
  expect(now == descriptors_,
         fmt::format("{} descriptors were open at first and {} at last", descriptors_, now));
}

std::unique_ptr<Engine> Trial::engine(int source, int sink) {
  if (const std::string reason = needs_own_engine(subject_); !reason.empty())
    throw NotApplicable(reason);
  const PairFlags flags = flags_of(source, sink);
  std::unique_ptr<Engine> engine = subject_.mode.make();
  engine->prepare(source, sink);
  expect_same_flags(flags, source, sink);
  return engine;
}

Outcome Trial::drive(Engine& engine, int source, int sink, std::uint64_t limit,
                     std::uint64_t held) {
  const PairFlags flags = flags_of(source, sink);
  Audited audited(engine, held, *this);
  const Outcome total =
      splicebench::drive(audited, source, sink, limit,
                         subject_.handling == Handling::event_loop ? kFewBytes : kNoLimit);
  expect_same_flags(flags, source, sink);
  expect_delivered(total);
  return total;
}

Outcome Trial::play(const Move& move, const Script& script) {
  if (script.pause_at == kNever) return move(script.limit);
  const Outcome before = move(script.pause_at);
  expect_outcome({Ended::limit, Side::none, {}, script.pause_at}, before);
  script.meanwhile();
  flags_ = flags_of(ends_.source.get(), ends_.sink.get());
  Outcome outcome = move(script.limit - before.in);
  outcome.in += before.in;
  outcome.out += before.out;
  return outcome;
}

Outcome Trial::run_one(const Script& script) {
  const int source = ends_.source.get();
  const int sink = ends_.sink.get();
  const std::unique_ptr<Engine> runs = engine(source, sink);
  const Outcome outcome =
      play([&](std::uint64_t limit) { return drive(*runs, source, sink, limit); }, script);
  for (const Granted& granted : runs->granted()) cost_.memory_bytes -= granted.got;
  return outcome;
}

Outcome Trial::run_among_others(const Script& script) {
  others_->prepare(ends_.source.get(), ends_.sink.get());
  const Outcome outcome = play(
      [&](std::uint64_t limit) {
        const Outcome part = others_->run(limit);
        expect(part.in == part.out + part.left, "out of balance: " + describe(part));
        expect_delivered(part);
        return part;
      },
      script);
  cost_.memory_bytes -= others_->held();
  return outcome;
}

Outcome Trial::run_engine(const Script& script) {
  Outcome outcome;
  std::exception_ptr thrown;
  if (script.queued) {
    pollfd readable{ends_.source.get(), POLLIN, 0};
    ::poll(&readable, 1, kQueueMilliseconds);
  }
  Injector injector(script.injections, ends_.source.get(), ends_.sink.get());
  std::thread thread([&] {
    try {
      injector.filter_this_thread();
      std::optional<Storm> storm;
      if (script.storm) storm.emplace(ends_.source.get(), ends_.sink.get());
      const double begin = monotonic_seconds();
      cost_.memory_bytes = 0;
      outcome = others_ ? run_among_others(script) : run_one(script);
      cost_.wall_seconds = monotonic_seconds() - begin;
      if (storm) cost_.interrupted = storm->end();
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  thread.join();
  cost_.injected = injector.injected();
  if (thrown) std::rethrow_exception(thrown);
  return outcome;
}

Outcome Trial::relay(const Script& script) {
  // The others have more bytes than some limits beyond those of the one under test.
  const bool at_limit = script.pause_at != kNever || script.limit < script.writing.bytes ||
                        (subject_.flows > 1 && script.limit != kNever);
  if (at_limit && !subject_.mode.engine->exact_limit)
    throw NotApplicable("this engine cannot stop at a limit");
  const std::size_t descriptors = open_descriptors();
  if (subject_.flows > 1) others_.emplace(subject_, file_dir_, script.limit);
  flags_ = flags_of(ends_.source.get(), ends_.sink.get());
  const off_t offset = has_reader() ? 0 : ::lseek(ends_.sink.get(), 0, SEEK_CUR);
  const std::size_t closed_by_peers =
      (has_writer() && script.writing.leave >= Leave::close ? 1U : 0U) +
      (has_reader() && script.reading.leave >= Leave::close ? 1U : 0U);

  const double cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const double own_cpu = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  double writer_cpu = 0;
  double reader_cpu = 0;
  if (!has_writer()) feed(ends_, script.writing);
  std::thread writer([&] {
    if (has_writer()) write_content(ends_.writer, script.writing);
    writer_cpu = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  });
  Arrived arrived;
  std::thread reader([&] {
    if (has_reader()) arrived = read_content(ends_.reader, script.reading);
    reader_cpu = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  });
  forget_peak_memory();
  const std::int64_t memory = peak_memory();
  Outcome outcome;
  std::exception_ptr thrown;
  try {
    outcome = run_engine(script);
  } catch (...) {
    thrown = std::current_exception();
  }
  cost_.memory_bytes += peak_memory() - memory;
  if (has_reader()) ::shutdown(ends_.sink.get(), SHUT_WR);
  if (!thrown) {
    look_at_source(script, outcome);
  } else {
    ::shutdown(ends_.source.get(), SHUT_RDWR);
  }
  writer.join();
  reader.join();
  double others_cpu = 0;
  if (others_) {
    others_->look(*this);
    others_cpu = others_->cpu_seconds();
    others_.reset();
  }
  cost_.cpu_seconds = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu -
                      (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - own_cpu) - writer_cpu - reader_cpu -
                      others_cpu;
  if (thrown) std::rethrow_exception(thrown);

  expect_outcome(expected_of(script, cost_.injected > 0), outcome);
  if (script.reading.stop_at == kNever) {
    if (subject_.path->kinds.has_reader()) expect_arrived("at the reader", outcome.out, arrived);
  } else {
    expect(arrived.wrong.empty(), "at the reader " + arrived.wrong);
  }
  if (subject_.path->kinds.sink == EndKind::file)
    look_at_file(static_cast<std::uint64_t>(offset), outcome);
  expect_same_flags(flags_, ends_.source.get(), ends_.sink.get());
  const std::size_t now = open_descriptors();
  expect(now + closed_by_peers == descriptors,
         fmt::format("{} descriptors were open before and {} after", descriptors,
                     now + closed_by_peers));
  return outcome;
}

}  // namespace splicebench
