#include "harness/sample.h"

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
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "harness/cast.h"
#include "harness/process.h"
#include "harness/sys.h"
#include "results/error.h"

namespace splicebench {

namespace {

/// /dev/null keeps nothing to be checked: content is verified with a file in memory in its place.
PathEnds open_ends(const SamplePlan& plan, const SampleSetting& setting, Sink& sink) {
  PathEnds ends = plan.path->open(setting.file_dir);
  sink = plan.path->sink;
  if (plan.hashed && sink == Sink::null) {
    ends.sink = Fd(check(::memfd_create("splicebench", MFD_CLOEXEC), "make", "a file in memory"));
    sink = Sink::file;
  }
  return ends;
}

RelayTask task_of(const SamplePlan& plan, const SampleSetting& setting, Sink sink) {
  RelayTask task;
  if (plan.mode.size() >= task.mode.size())
    throw UsageError(fmt::format("--modes: '{}' is too long", plan.mode));
  std::memcpy(task.mode.data(), plan.mode.data(), plan.mode.size());
  task.chunk = static_cast<std::uint64_t>(plan.chunk);
  task.warmup_bytes = static_cast<std::uint64_t>(plan.warmup_iterations * plan.chunk);
  task.bytes = static_cast<std::uint64_t>(plan.iterations * plan.chunk);
  task.seed = plan.seed;
  task.hashed = plan.hashed;
  task.sink = sink;
  task.relay_cpus = setting.placement.relay;
  task.writer_cpus = setting.placement.writer;
  task.reader_cpus = setting.placement.reader;
  return task;
}

std::optional<std::int64_t> measured(std::int64_t value) {
  return value < 0 ? std::nullopt : std::optional<std::int64_t>(value);
}

CpuTime cpu_time(const Cpu& cpu) { return {cpu.user, cpu.system}; }

Sample sample_of(const SamplePlan& plan, const RelayReport& report, bool has_reader) {
  Sample sample;
  sample.start = report.started;
  sample.iterations = plan.iterations;
  sample.bytes = static_cast<std::int64_t>(report.out);
  sample.seconds = report.seconds;
  sample.relay = cpu_time(report.cpu);
  sample.writer = cpu_time(report.writer.cpu);
  if (has_reader) sample.reader = cpu_time(report.reader.cpu);
  // The machine was busy at least while these ran; /proc/stat is too coarse to say so.
  const double known =
      sample.relay.total() + sample.writer.total() + (has_reader ? sample.reader->total() : 0);
  sample.system_busy = std::max(report.system.busy, known);
  sample.system_softirq = report.system.softirq;
  sample.system_steal = report.system.steal;
  sample.voluntary_switches = report.voluntary_switches;
  sample.involuntary_switches = report.involuntary_switches;
  const Calls& calls = report.calls;
  sample.calls = {calls.in,       calls.out,       calls.wait,    calls.eagain,
                  calls.short_in, calls.short_out, calls.fallback};
  sample.allocations = measured(report.allocations);
  sample.allocated_bytes = measured(report.allocated_bytes);
  if (report.retransmits >= 0 || report.writer.retransmits >= 0) {
    sample.retransmits = std::max<std::int64_t>(report.retransmits, 0) +
                         std::max<std::int64_t>(report.writer.retransmits, 0);
  }
  sample.instructions = measured(report.instructions);
  sample.cycles = measured(report.cycles);
  sample.warmup_seconds = report.warmup_seconds;
  return sample;
}

std::uint64_t hash_of_file(int fd) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  std::vector<unsigned char> buffer(1 << 20);
  off_t position = 0;
  for (;;) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), position);
    if (got < 0 && errno == EINTR) continue;
    check(got, "read back", "the file of the sink");
    if (got == 0) return XXH3_64bits_digest(&state);
    XXH3_64bits_update(&state, buffer.data(), static_cast<std::size_t>(got));
    position += got;
  }
}

/// What came out of the relay is what went in. Throws SampleFailed.
void verify(const SamplePlan& plan, const RelayReport& report, const Fd& file) {
  const std::int64_t bytes = plan.iterations * plan.chunk;
  if (file) {
    struct stat status {};
    check(::fstat(file.get(), &status), "stat", "the file of the sink");
    if (status.st_size != bytes) {
      throw SampleFailed(fmt::format("the file holds {} of {} bytes", status.st_size, bytes));
    }
  }
  if (!plan.hashed) return;
  const std::uint64_t arrived = file ? hash_of_file(file.get()) : report.reader.hash;
  if (arrived != report.writer.hash) {
    throw SampleFailed(fmt::format(
        "the content was changed on the way: XXH3 {:016x} sent, {:016x} arrived, in {} bytes",
        report.writer.hash, arrived, bytes));
  }
}

/// The runner's own descriptor of the sink's file. ext4 flushes a file that was truncated and
/// written again to disk when it is closed (mount option auto_da_alloc): 170 ms for 100 MB that
/// nobody wants. An empty one it does not, so the file is emptied before its last descriptor goes.
class SinkFile {
 public:
  SinkFile() = default;
  explicit SinkFile(int fd)
      : fd_(check(::fcntl(fd, F_DUPFD_CLOEXEC, 0), "duplicate", "the file of the sink")) {}
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

void perform(const SamplePlan& plan, const SampleSetting& setting, SampleResult& result) {
  Sink sink = Sink::socket;
  PathEnds ends = open_ends(plan, setting, sink);
  SinkFile file;
  if (sink == Sink::file) file = SinkFile(ends.sink.get());
  const bool has_reader = static_cast<bool>(ends.reader);
  const RelayTask task = task_of(plan, setting, sink);
  Cast cast(std::move(ends), setting.programs, monotonic_seconds() + setting.timeout);
  cast.tell(task);
  const RelayReady ready = cast.hear_ready();
  if (ready.error[0] != '\0') throw SampleFailed(cast.who_died(ready.error.data()));
  for (const Granted& granted : ready.granted) {
    if (granted.name[0] != '\0') result.granted[granted.name.data()] = granted.bytes;
  }
  const RelayReport report = cast.hear_report();
  if (report.error[0] != '\0') throw SampleFailed(cast.who_died(report.error.data()));
  verify(plan, report, file.fd());
  cast.dismiss();
  result.sample = sample_of(plan, report, has_reader);
}

}  // namespace

SampleResult take_sample(const SamplePlan& plan, const SampleSetting& setting) {
  const double begin = monotonic_seconds();
  SampleResult result;
  try {
    perform(plan, setting, result);
  } catch (const SampleFailed& failure) {
    result.sample = {};
    result.sample.iterations = plan.iterations;
    result.sample.start = begin;
    result.sample.error = failure.what();
    return result;
  }
  Sample& sample = result.sample;
  sample.overhead_seconds = monotonic_seconds() - begin - sample.seconds - sample.warmup_seconds;
  return result;
}

Programs find_programs() {
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto find = [&](const char* name, const char* folder) {
    const std::string built = here / ".." / folder / name;
    const std::string installed = here / ".." / "libexec" / "splicebench" / name;
    for (const std::string& candidate : {built, installed}) {
      if (::access(candidate.c_str(), X_OK) == 0)
        return std::filesystem::canonical(candidate).string();
    }
    throw UsageError(fmt::format(
        "{} is neither at {} nor at {}; build it with ninja or install with meson install", name,
        built, installed));
  };
  return {find("splicebench-writer", "peers"), find("splicebench-reader", "peers"),
          find("splicebench-relay", "bench")};
}

}  // namespace splicebench
