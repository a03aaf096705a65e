#include "bench/relay/relay.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "bench/relay/alike.h"
#include "bench/relay/peers.h"
#include "bench/relay/ready.h"
#include "bench/relay/shortcoming.h"
#include "harness/system/process.h"
#include "harness/system/socket_facts.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// A warm-up that is not settled by then stays so: seconds.
constexpr double kMostWarmup = 0.1;

}  // namespace

Relay::Relay(const RelayTask& task)
    : task_(task), has_writer_(task.kinds.has_writer()), has_reader_(task.kinds.has_reader()) {
  run_on(task_.relay_cpus);
  if (task_.foreign == 0) {
    const Mode mode = parse_mode(task_.mode.data());
    relays_ = mode.engine->relays();
    if (relays_) {
      for (std::uint32_t i = 0; i < task.flows; ++i) {
        sources_.push_back(own_.emplace_back(source_fd(task.connection + i)).get());
        sinks_.push_back(own_.emplace_back(sink_fd(task.connection + i)).get());
      }
      mover_ = make_mover(mode, task_, sources_, sinks_);
      counts_calls_ = mode.engine->counts_calls;
    }
  }
  if (has_reader_) prepare_reader(task_);
  if (has_writer_) prepare_writer(task_);
  if (has_reader_ && task_.reader_apart) control_round_trip_ = round_trip_to_reader(task_);
}

RelayReady Relay::ready() const { return mover_ ? mover_->ready() : RelayReady(); }

RelayReport Relay::run() {
  RelayReport report;
  report.control_round_trip = control_round_trip_;
  const std::string error = warm_up(report);
  RelayGo go;
  if (task_.waits && !receive(kControlFd, go))
    throw std::runtime_error(
        fmt::format("the runner {} before the clock", why_not_received(errno)));
  if (error.empty()) {
    copy_text(report.error, move(task_.bytes, true, report));
  } else {
    copy_text(report.error, "in the warm-up: " + error);
  }
  return report;
}

std::string Relay::warm_up(RelayReport& report) {
  if (task_.warmup_pieces == 0) return {};
  const double start = monotonic_seconds();
  double now = start;
  double rate = 0;
  for (bool alike = false; !alike && report.warmup_pieces < task_.warmup_pieces &&
                           report.warmup_pieces < kMostPieces && now - start < kMostWarmup;) {
    const double began = now;
    const std::string error = move(task_.warmup_bytes, false, report);
    if (!error.empty()) return error;
    now = monotonic_seconds();
    const double before =
        std::exchange(rate, static_cast<double>(task_.warmup_bytes) / (now - began));
    report.warmup_rates[report.warmup_pieces++] = rate;
    alike = are_alike(rate, before);
  }
  for (const int source : sources_) {
    if (!has_writer_) check(::lseek(source, 0, SEEK_SET), "rewind", "the file of the source");
  }
  for (const int sink : sinks_) {
    if (task_.kinds.sink != EndKind::file) break;
    check(::lseek(sink, 0, SEEK_SET), "rewind", "the file of the sink");
    check(::ftruncate(sink, 0), "truncate", "the file of the sink");
  }
  report.usage.warmup_seconds = monotonic_seconds() - start;
  return {};
}

std::string Relay::move(std::uint64_t bytes, bool timed, RelayReport& report) {
  Transfer transfer;
  transfer.connection = task_.connection;
  transfer.bytes = bytes;
  transfer.seed = task_.seed;
  transfer.hashed = timed && task_.hashed;
  Outcome outcome;
  std::string error;
  if (timed && has_many())
    error = ask_flows(task_, report);  // what their sockets did in the warm-up
  if (!error.empty()) return error;
  error = timed ? time(transfer, report, outcome) : relay_bytes(transfer, report, outcome);
  if (error.empty()) error = shortcoming(outcome, bytes);
  if (error.empty() && has_reader_) error = shortcoming("reader", report.reader, bytes);
  if (!error.empty()) return error;
  if (has_writer_ && !receive(kWriterControlFd, report.writer))
    return fmt::format("the writer {} before its report", why_not_received(errno));
  if (has_writer_) error = shortcoming("writer", report.writer, bytes);
  if (timed && report.reader.apart) {
    rebase(report.reader, report.started);
    // What the way there and back took this time: it may have stalled.
    report.control_round_trip =
        std::max(report.control_round_trip.value_or(0),
                 report.usage.seconds - (report.reader.marks.back() - report.started));
  }
  if (!error.empty() || !timed) return error;
  if (has_many()) return take_flows(report);
  return has_writer_ ? ask_writer(task_, report.writer) : "";
}

std::string Relay::take_flows(RelayReport& report) const {
  report.flows = mover_ ? mover_->flows() : FlowFacts();
  std::string error = ask_flows(task_, report);
  if (task_.bytes / task_.flows < kTellingBytes) report.flows->rates.reset();
  return error;
}

std::string Relay::relay_bytes(const Transfer& transfer, RelayReport& report, Outcome& outcome) {
  if (has_reader_ && !send(kReaderControlFd, transfer))
    return "the reader was gone before the start";
  if (has_writer_ && !send(kWriterControlFd, transfer))
    return "the writer was gone before the start";
  if (mover_) {
    outcome = mover_->move(transfer.bytes);
    if (!has_reader_) report.marks = mover_->marks();
  } else {
    // What somebody else's relay did, or none, shows at the reader.
    outcome.in = outcome.out = transfer.bytes;
  }
  // A reader that does not get all its bytes would be waited for without end.
  if (outcome.ended != Ended::limit) return shortcoming(outcome, transfer.bytes);
  if (has_reader_ && !receive(kReaderControlFd, report.reader)) {
    return fmt::format("the reader {} before it confirmed the last byte", why_not_received(errno));
  }
  return {};
}

TreeUsage Relay::usage_so_far() const {
  if (task_.foreign > 0) return usage_below(task_.foreign);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const CpuTime cpu = cpu_used();
  return {cpu.total(), cpu, usage.ru_nvcsw, usage.ru_nivcsw, {}};
}

Facts Relay::facts_so_far() const {
  Facts facts;
  facts.net = net_counters_.read();
  if (task_.foreign > 0 || !relays_) return facts;
  facts.source = facts_of(sources_);
  facts.sink = facts_of(sinks_);
  return facts;
}

Facts Relay::facts_since(const Facts& earlier) const {
  Facts facts = facts_so_far();
  facts.net = facts.net - earlier.net;
  facts.source = facts_between(earlier.source, facts.source);
  facts.sink = facts_between(earlier.sink, facts.sink);
  return facts;
}

void Relay::count_cpus(RelayReport& report, const CpuTimes& earlier, const CpuTimes& later) const {
  cpu_set_t placed = task_.relay_cpus;
  if (!task_.writer_apart) CPU_OR(&placed, &placed, &task_.writer_cpus);
  if (!task_.reader_apart) CPU_OR(&placed, &placed, &task_.reader_cpus);
  // Left to the scheduler: all of them.
  const bool anywhere = CPU_COUNT(&placed) == 0;
  if (!anywhere)
    report.usage.system = used_by(placed, earlier, later).value_or(report.usage.system);
  std::size_t next = 0;
  for (std::size_t cpu = 0; cpu < earlier.size(); ++cpu) {
    const bool counts = anywhere || CPU_ISSET(cpu, &placed);
    if (!counts || !earlier[cpu] || !later[cpu] || next == report.facts.cpus.size()) continue;
    report.facts.cpus[next++] = {static_cast<int>(cpu), later[cpu]->busy - earlier[cpu]->busy};
  }
}

std::string Relay::time(const Transfer& transfer, RelayReport& report, Outcome& outcome) {
  const Allocations allocations = allocations_so_far();
  const Calls calls = mover_ ? mover_->calls() : Calls();
  const Facts facts = facts_so_far();
  const HardwareCounters::Values hardware = hardware_.read();
  CpuTimes per_cpu;
  const SystemTimes system = system_clock_.read(per_cpu);
  // The readings above touch memory for the first time: those faults are not the transfer's.
  const ProcessFacts process = process_facts();
  const TreeUsage used = usage_so_far();

  const double start = monotonic_seconds();
  std::string error = relay_bytes(transfer, report, outcome);
  const double end = monotonic_seconds();

  const TreeUsage used_later = usage_so_far();
  const ProcessFacts process_later = process_facts();
  CpuTimes per_cpu_later;
  const SystemTimes system_later = system_clock_.read(per_cpu_later);
  const HardwareCounters::Values hardware_later = hardware_.read();
  const Allocations allocations_later = allocations_so_far();

  report.started = start;
  report.in = outcome.in;
  report.out = outcome.out;
  report.left = outcome.left;
  Usage& usage = report.usage;
  usage.seconds = end - start;
  usage.system = system_later - system;
  const std::optional<Switches> switches = switches_between(used, used_later);
  if (relays_) usage.relay = cpu_between(used, used_later);
  if (relays_ && switches) {
    usage.voluntary_switches = switches->voluntary;
    usage.involuntary_switches = switches->involuntary;
  }
  report.facts = facts_since(facts);
  if (mover_) report.facts.relay_process = process_later - process;
  count_cpus(report, per_cpu, per_cpu_later);
  if (!mover_) return error;
  if (counts_calls_) {
    usage.calls = mover_->calls() - calls;
    // An engine that left its mechanism, if only in the warm-up, has left it for good.
    usage.calls->fallback = mover_->calls().fallback;
  }
  usage.allocations = difference(allocations_later.count, allocations.count);
  usage.allocated_bytes = difference(allocations_later.bytes, allocations.bytes);
  usage.instructions = difference(hardware_later.instructions, hardware.instructions);
  usage.cycles = difference(hardware_later.cycles, hardware.cycles);
  return error;
}

}  // namespace splicebench
