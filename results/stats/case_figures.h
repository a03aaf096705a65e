#pragma once

// A case reduced to what the charts and the page show of it. Base units: bytes, seconds;
// GB is 10^9 bytes, MiB is 2^20 bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/summary.h"
#include "results/stats/two_states.h"

namespace splicebench {

/// Where the CPU seconds per GB went. Sums over all good samples, divided by all their bytes: the
/// parts add up to the whole, which medians would not.
struct CpuShares {
  double relay_user = 0;
  double relay_system = 0;
  double peers = 0;  ///< writer and reader, user and system
  /// Busy CPUs less the three processes, never below 0; absent where /proc/stat could not be read.
  std::optional<double> rest;

  double total() const { return relay_user + relay_system + peers + rest.value_or(0); }
};

/// Who waited for whom: the CPU that was busiest by the processes on it. Busy share = their CPU
/// seconds / wall seconds, median over the samples.
struct Bottleneck {
  std::string processes;  ///< "relay", "writer+relay"; kWaiting where no CPU was half busy
  double share = 0;       ///< of that CPU; of waiting: the share of time in which it was idle
  bool relay = false;     ///< the relay is one of them: what it saves becomes throughput
};

inline constexpr const char* kWaiting = "waiting";

/// Where there are two states, neither centre nor interval is to be shown: no sample was there.
struct CaseSummary : Summary {
  std::optional<TwoStates> states;
};

/// "1.65 | 3.10 (40% | 60%)": two states, times `scale`, and their shares of the samples.
std::string states_text(const TwoStates& states, double scale);

struct CaseFigures {
  CaseId id;
  std::int64_t good = 0;                      ///< samples without an error
  std::int64_t failed = 0;                    ///< samples with one
  std::optional<CaseSummary> throughput;      ///< B/s; this and all below absent when good is 0
  std::optional<CaseSummary> relay_cpu;       ///< seconds per GB
  std::optional<CaseSummary> peers_cpu;       ///< seconds per GB, writer and reader
  std::optional<CaseSummary> processes_cpu;   ///< seconds per GB, relay and peers
  std::optional<CaseSummary> system_cpu;      ///< seconds per GB, the CPUs of the placement
  std::optional<CaseSummary> bytes_per_call;  ///< also absent when the engine made no call
  std::optional<CaseSummary> calls_per_mib;   ///< reads, writes and waits; 0 is a figure
  std::optional<CpuShares> cpu;
  std::optional<Bottleneck> bottleneck;
};

CaseFigures figures_of(const CaseResult& result, const Sharing& sharing = {});

/// The figures of every case of `result`, in its order.
std::vector<CaseFigures> figures_of(const Result& result);

/// The chunks (sizes of messages) that `result` measured or was to measure, ascending: one of these
/// without a figure is a gap, another is not.
std::vector<std::int64_t> planned_chunks(const Result& result);

/// Those that are planned in both.
std::vector<std::int64_t> planned_chunks(const Result& one, const Result& other);

}  // namespace splicebench
