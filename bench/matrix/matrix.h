#pragma once

// The matrix: which cases a run measures.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/matrix/conditions.h"
#include "results/model/model.h"

namespace splicebench {

inline constexpr std::int64_t kSmallestChunk = 1 << 10;
inline constexpr std::int64_t kLargestChunk = 1 << 20;

/// The parts between commas; one where there is none.
std::vector<std::string> split_at_commas(const std::string& text);

/// What sizes a flag takes.
struct SizeLimits {
  const char* flag;
  std::int64_t least;
  std::int64_t most;
  bool powers_of_two;  ///< no others
};

/// "1KiB..1MiB" (doubling from one to the other) or "1KiB,64KiB" (ascending). Throws UsageError
/// that names the part that is wrong.
std::vector<std::int64_t> parse_sizes(const std::string& text, const SizeLimits& limits);

/// Of --chunks.
std::vector<std::int64_t> parse_chunks(const std::string& text);

/// Names of known paths, comma-separated, each once; `all` alone: every one. Throws UsageError.
std::vector<std::string> parse_paths(const std::string& text);

/// Modes, each text once. A comma separates modes, or parameters of one mode:
/// "generic,splice:pipe=64KiB". `all` stays for with_all_modes(). Throws UsageError.
std::vector<std::string> parse_modes(const std::string& text);

/// Two of `modes` that are the same engine with the same parameters; none when all differ.
std::optional<std::pair<std::string, std::string>> same_modes(
    const std::vector<std::string>& modes);

/// Throws UsageError, which ends in `advice`, when two are the same: what looks like a difference
/// is none.
void require_different(const std::vector<std::string>& modes, const std::string& advice);

/// Each engine can relay on one of the paths; of those that relay on this machine, here. Throws
/// UsageError.
void require_cases_of_engines(const RunOptions& options);

/// All cases of `options` under `conditions` whose name its filter matches, in matrix order: path,
/// conditions, chunk, mode. An
/// engine has them where its contract says that it can relay; a relay of somebody else where the
/// sink is a TCP socket and it can listen for the source. Throws UsageError when one has none, when
/// the filter is no regular expression or nothing is left.
std::vector<CaseResult> cases_of(const RunOptions& options, const MachineConditions& conditions);

/// What `earlier`, which a file told, has left to be measured can be measured here, or over its
/// hosts: its engines, paths and conditions are there, and fit each other (which engines are
/// available on hosts, these tell). Throws UsageError. Gives the modes of those
/// of its relays that are not among `given`: whoever wrote the file wrote their commands, and they
/// are not started; where nothing else is left, that is an error, too.
std::set<std::string> require_measurable(const Result& earlier,
                                         const std::vector<RelayCommand>& given);

/// One sentence about them.
std::string left_out_text(const std::set<std::string>& modes);

/// Of all modes, whatever the filter says, in that order.
std::vector<Row> rows_of(const RunOptions& options, const MachineConditions& conditions);

}  // namespace splicebench
