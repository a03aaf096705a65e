#include "harness/sample/report/report.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <utility>
#include <vector>

#include "harness/system/members.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// Of the process that moves the last byte.
const std::array<double, kMarks>& marks_of(const RelayReport& report, PathKinds kinds) {
  return kinds.has_reader() ? report.reader.marks : report.marks;
}

/// Of its first `bytes`, or of all when it has fewer.
std::uint64_t hash_of_file(int fd, std::int64_t bytes) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  std::vector<unsigned char> buffer(1 << 20);
  off_t position = 0;
  for (;;) {
    const std::size_t most = std::min(buffer.size(), static_cast<std::size_t>(bytes - position));
    const ssize_t got = ::pread(fd, buffer.data(), most, position);
    if (got < 0 && errno == EINTR) continue;
    check(got, "read back", "a file of the path");
    if (got == 0) return XXH3_64bits_digest(&state);
    XXH3_64bits_update(&state, buffer.data(), static_cast<std::size_t>(got));
    position += got;
  }
}

bool are_rates(const FlowRates& rates) {
  return std::isfinite(rates.most) && rates.least >= 0 && rates.median >= rates.least &&
         rates.most >= rates.median && rates.jain >= 0 && rates.jain <= 1 + 1e-9;
}

/// Of many that of theirs, as the peers' (harness/wire/control.h).
std::uint64_t hash_of_files(const std::vector<int>& files, std::int64_t bytes) {
  std::vector<std::uint64_t> hashes;
  for (const int file : files) hashes.push_back(hash_of_file(file, bytes));
  return hashes.size() == 1 ? hashes.front()
                            : XXH3_64bits(hashes.data(), hashes.size() * sizeof hashes.front());
}

}  // namespace

void require_agreement(const RelayReport& report, const RelayTask& task) {
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
  const CpuTime relay = report.usage.relay.value_or(CpuTime());
  for (const double value :
       {report.usage.warmup_seconds, relay.user, relay.system, report.writer.cpu.user,
        report.writer.cpu.system, report.reader.cpu.user, report.reader.cpu.system}) {
    if (!std::isfinite(value) || value < 0)
      throw SampleFailed(fmt::format("a process reports a time of {} s", value));
  }
  double before = report.started;
  const double latest = report.started + report.usage.seconds;
  for (const double mark : marks_of(report, task.kinds)) {
    if (!(mark >= std::exchange(before, mark)) || mark > latest)
      throw SampleFailed(fmt::format("a process reports a mark at {} s", mark - report.started));
  }
  if (report.flows && report.flows->rates && !are_rates(*report.flows->rates))
    throw SampleFailed("a process reports rates of flows that are none");
  if (report.warmup_pieces > report.warmup_rates.size() ||
      report.warmup_pieces > task.warmup_pieces)
    throw SampleFailed(
        fmt::format("the relay reports a warm-up of {} pieces", report.warmup_pieces));
  if (!std::isfinite(report.usage.seconds) || report.usage.seconds <= 0)
    throw SampleFailed(fmt::format("the relay reports that it took {} s", report.usage.seconds));
}

void require_content(const SamplePlan& plan, const RelayReport& report, const Fd& source,
                     const std::vector<int>& files) {
  const std::int64_t bytes = plan.iterations * plan.chunk;
  for (const int file : files) {
    struct stat status {};
    check(::fstat(file, &status), "stat", "the file of the sink");
    if (status.st_size != bytes / plan.flows) {
      throw SampleFailed(
          fmt::format("the file holds {} of {} bytes", status.st_size, bytes / plan.flows));
    }
  }
  if (!plan.hashed) return;
  const std::uint64_t sent = source ? hash_of_file(source.get(), bytes) : report.writer.hash;
  const std::uint64_t arrived =
      files.empty() ? report.reader.hash : hash_of_files(files, bytes / plan.flows);
  if (arrived != sent) {
    throw SampleFailed(fmt::format(
        "the content was changed on the way: XXH3 {:016x} sent, {:016x} arrived, in {} bytes", sent,
        arrived, bytes));
  }
}

Sample sample_of(const SamplePlan& plan, const RelayReport& report) {
  Sample sample;
  static_cast<Usage&>(sample) = report.usage;
  sample.start = report.started;
  sample.iterations = plan.iterations;
  sample.bytes = static_cast<std::int64_t>(report.out);
  sample.warmup_rates.assign(report.warmup_rates.begin(),
                             report.warmup_rates.begin() + report.warmup_pieces);
  for (const double mark : marks_of(report, plan.path->kinds))
    sample.marks.push_back(std::min(mark - report.started, sample.seconds));
  if (plan.path->kinds.has_writer()) sample.writer = report.writer.cpu;
  if (plan.path->kinds.has_reader()) sample.reader = report.reader.cpu;
  // The machine was busy at least while these ran; /proc/stat is too coarse to say so.
  double known = sample.relay.value_or(CpuTime()).total();
  if (!report.writer.apart) known += sample.writer.value_or(CpuTime()).total();
  if (!report.reader.apart) known += sample.reader.value_or(CpuTime()).total();
  if (sample.system.known) sample.system.busy = std::max(sample.system.busy, known);
  sample.hosts.control_round_trip = report.control_round_trip;
  sample.hosts.usage[Role::writer] = report.writer.host;
  sample.hosts.usage[Role::reader] = report.reader.host;
  sample.facts = report.facts;
  sample.flows = report.flows;
  sample.facts.writer_process = report.writer.process;
  sample.facts.reader_process = report.reader.process;
  sample.facts.writer = report.writer.socket;
  sample.facts.reader = report.reader.socket;
  for (const std::optional<SocketFacts>* sender : {&sample.facts.writer, &sample.facts.sink}) {
    if (*sender && (*sender)->retransmits)
      sample.retransmits = sample.retransmits.value_or(0) + *(*sender)->retransmits;
  }
  return sample;
}

}  // namespace splicebench
