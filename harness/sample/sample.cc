#include "harness/sample/sample.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "harness/foreign/foreign_link.h"
#include "harness/sample/cast.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// /dev/null keeps nothing to be checked: content is verified with a file in memory in its place.
PathEnds open_ends(const SamplePlan& plan, const SampleSetting& setting, PathKinds& kinds) {
  PathEnds ends = plan.path->open({setting.file_dir, setting.link, setting.sockets});
  kinds = plan.path->kinds;
  if (plan.hashed && kinds.sink == EndKind::null) {
    ends.sink = Fd(check(::memfd_create("splicebench", MFD_CLOEXEC), "make", "a file in memory"));
    kinds.sink = EndKind::file;
  }
  return ends;
}

ForeignRelayPlan relay_plan(const SamplePlan& plan, const SampleSetting& setting) {
  ForeignRelayPlan relay;
  relay.relay = *plan.relay;
  relay.listen_unix = plan.path->kinds.source == EndKind::unix_stream;
  relay.guard = setting.programs.guard;
  relay.link = setting.link;
  relay.sockets = setting.sockets;
  relay.cpus = setting.placement.relay;
  return relay;
}

RelayTask task_of(const SamplePlan& plan, const SampleSetting& setting, PathKinds kinds) {
  RelayTask task;
  if (plan.mode.size() >= task.mode.size())
    throw UsageError(fmt::format("--modes: '{}' is too long", plan.mode));
  std::memcpy(task.mode.data(), plan.mode.data(), plan.mode.size());
  task.chunk = static_cast<std::uint64_t>(plan.chunk);
  task.warmup_bytes = static_cast<std::uint64_t>(plan.warmup_iterations * plan.chunk);
  task.bytes = static_cast<std::uint64_t>(plan.iterations * plan.chunk);
  task.seed = plan.seed;
  task.hashed = plan.hashed;
  task.kinds = kinds;
  task.relay_cpus = setting.placement.relay;
  task.writer_cpus = setting.placement.writer;
  task.reader_cpus = setting.placement.reader;
  return task;
}

Sample sample_of(const SamplePlan& plan, const RelayReport& report) {
  Sample sample;
  static_cast<Usage&>(sample) = report.usage;
  sample.start = report.started;
  sample.iterations = plan.iterations;
  sample.bytes = static_cast<std::int64_t>(report.out);
  sample.writer = report.writer.cpu;
  if (plan.path->kinds.has_reader()) sample.reader = report.reader.cpu;
  // The machine was busy at least while these ran; /proc/stat is too coarse to say so.
  const double known =
      sample.relay.total() + sample.writer.total() + sample.reader.value_or(CpuTime()).total();
  if (sample.system.known) sample.system.busy = std::max(sample.system.busy, known);
  if (sample.retransmits || report.writer.retransmits)
    sample.retransmits = sample.retransmits.value_or(0) + report.writer.retransmits.value_or(0);
  return sample;
}

/// The relay has compared the three; but the numbers are taken from its message, so they must be
/// numbers, and agree. Throws SampleFailed.
void require_sense(const RelayReport& report, const RelayTask& task) {
  const std::uint64_t bytes = task.bytes;
  const std::uint64_t written = task.kinds.has_writer() ? report.writer.bytes : bytes;
  const std::uint64_t read = task.kinds.has_reader() ? report.reader.bytes : bytes;
  if (report.in != bytes || report.out != bytes || report.left != 0 || written != bytes ||
      read != bytes) {
    throw SampleFailed(fmt::format(
        "the relay's report contradicts itself: {} bytes to move, {} taken, {} delivered, {} left, "
        "{} written, {} read",
        bytes, report.in, report.out, report.left, written, read));
  }
  for (const double value :
       {report.usage.warmup_seconds, report.usage.relay.user, report.usage.relay.system,
        report.writer.cpu.user, report.writer.cpu.system, report.reader.cpu.user,
        report.reader.cpu.system}) {
    if (!std::isfinite(value) || value < 0)
      throw SampleFailed(fmt::format("a process reports a time of {} s", value));
  }
  if (!std::isfinite(report.usage.seconds) || report.usage.seconds <= 0)
    throw SampleFailed(fmt::format("the relay reports that it took {} s", report.usage.seconds));
}

Fd duplicate(const Fd& fd, const char* what) {
  return Fd(check(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0), "duplicate", what));
}

std::uint64_t hash_of_file(int fd) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  std::vector<unsigned char> buffer(1 << 20);
  off_t position = 0;
  for (;;) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), position);
    if (got < 0 && errno == EINTR) continue;
    check(got, "read back", "a file of the path");
    if (got == 0) return XXH3_64bits_digest(&state);
    XXH3_64bits_update(&state, buffer.data(), static_cast<std::size_t>(got));
    position += got;
  }
}

/// What came out of the relay is what went in; `source` and `file` are the path's where it has
/// them. Throws SampleFailed.
void verify(const SamplePlan& plan, const RelayReport& report, const Fd& source, const Fd& file) {
  const std::int64_t bytes = plan.iterations * plan.chunk;
  if (file) {
    struct stat status {};
    check(::fstat(file.get(), &status), "stat", "the file of the sink");
    if (status.st_size != bytes) {
      throw SampleFailed(fmt::format("the file holds {} of {} bytes", status.st_size, bytes));
    }
  }
  if (!plan.hashed) return;
  const std::uint64_t sent = source ? hash_of_file(source.get()) : report.writer.hash;
  const std::uint64_t arrived = file ? hash_of_file(file.get()) : report.reader.hash;
  if (arrived != sent) {
    throw SampleFailed(fmt::format(
        "the content was changed on the way: XXH3 {:016x} sent, {:016x} arrived, in {} bytes", sent,
        arrived, bytes));
  }
}

/// The runner's own descriptor of the sink's file. ext4 flushes a file that was truncated and
/// written again to disk when it is closed (mount option auto_da_alloc): 170 ms for 100 MB that
/// nobody wants. An empty one it does not, so the file is emptied before its last descriptor goes.
class SinkFile {
 public:
  SinkFile() = default;
  explicit SinkFile(const Fd& fd) : fd_(duplicate(fd, "the file of the sink")) {}
  SinkFile(SinkFile&&) = default;
  SinkFile& operator=(SinkFile&&) = default;
  ~SinkFile() {
    if (fd_ && ::ftruncate(fd_.get(), 0) != 0) {
      // Only slower, then: it has no name and goes with its last descriptor.
    }
  }
  const Fd& fd() const { return fd_; }

 private:
  Fd fd_;
};

/// The processes on `ends` do what `task` says, and report. Fills in what the engine got.
RelayReport converse(PathEnds ends, const RelayTask& task, const SampleSetting& setting,
                     double deadline, SampleResult& result) {
  Cast cast(std::move(ends), setting.programs, setting.link, deadline);
  cast.tell(task);
  const RelayReady ready = cast.hear_ready();
  if (ready.error[0] != '\0') throw SampleFailed(cast.who_died(text_of(ready.error)));
  result.granted = granted_in(ready);
  const RelayReport report = cast.hear_report();
  if (report.error[0] != '\0') throw SampleFailed(cast.who_died(text_of(report.error)));
  require_sense(report, task);
  cast.dismiss();
  return report;
}

void perform(const SamplePlan& plan, const SampleSetting& setting, SampleResult& result) {
  PathKinds kinds;
  PathEnds ends = open_ends(plan, setting, kinds);
  SinkFile file;
  if (kinds.sink == EndKind::file) file = SinkFile(ends.sink);
  const Fd source = kinds.has_writer() ? Fd() : duplicate(ends.source, "the file of the source");
  const RelayReport report = converse(std::move(ends), task_of(plan, setting, kinds), setting,
                                      monotonic_seconds() + setting.timeout, result);
  verify(plan, report, source, file.fd());
  result.sample = sample_of(plan, report);
}

/// The same through somebody else's relay.
void perform_foreign(const SamplePlan& plan, const SampleSetting& setting, SampleResult& result) {
  const ForeignRelayPlan relay = relay_plan(plan, setting);
  if (plan.hashed) require_half_close(relay, monotonic_seconds() + setting.timeout);
  const double deadline = monotonic_seconds() + setting.timeout;
  ForeignLink link(relay, deadline);
  RelayTask task = task_of(plan, setting, plan.path->kinds);
  task.foreign = link.relay().root();
  try {
    const RelayReport report = converse(link.take_ends(), task, setting, deadline, result);
    verify(plan, report, Fd(), Fd());
    result.sample = sample_of(plan, report);
  } catch (const SampleFailed& failure) {
    const std::string end = link.relay().how_it_ended(kGuardPatience);
    throw SampleFailed(fmt::format("through relay {}: {}{}", plan.relay->name, failure.what(),
                                   end.empty() ? "" : "; " + end));
  }
}

SampleResult failed(const SamplePlan& plan, double begin, const std::runtime_error& failure) {
  SampleResult result;
  result.sample.iterations = plan.iterations;
  result.sample.start = begin;
  result.sample.error = failure.what();
  return result;
}

}  // namespace

SampleResult take_sample(const SamplePlan& plan, const SampleSetting& setting) {
  const double begin = monotonic_seconds();
  SampleResult result;
  try {
    if (plan.relay == nullptr) {
      perform(plan, setting, result);
    } else {
      perform_foreign(plan, setting, result);
    }
  } catch (const SampleFailed& failure) {
    // What ends a run may have ended the processes of a sample first: then it is no failure of
    // theirs.
    if (interrupted()) throw Interrupted();
    return failed(plan, begin, failure);
  }
  Sample& sample = result.sample;
  sample.overhead_seconds = monotonic_seconds() - begin - sample.seconds - sample.warmup_seconds;
  return result;
}

}  // namespace splicebench
