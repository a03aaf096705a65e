#pragma once

// Published changes of splice against generic beside those of a run on this machine.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/published/published.h"
#include "results/stats/paired.h"

namespace splicebench {

enum class Replication {
  kSame,
  kOpposite,
  kNotDistinguishable,
  kEqual,  ///< in every round: a count that cannot differ, such as 0 allocations
  kNotMeasured
};

struct ReplicatedRow {
  PublishedRow published;
  /// Here: paired rounds of the modes splice and generic (paired.h), Holm over the rows of this
  /// table; absent when the run has no such rounds. A row that is equal in every round has a
  /// ratio of 1 and no interval, and is not among those: no sign is left in it to test.
  std::optional<PairedComparison> here;
  Replication outcome = Replication::kNotMeasured;
  std::string command;  ///< that would measure it, where it is not measured
};

struct ReplicatedTable {
  PublishedTable published;
  double alpha = 0.05;
  std::int64_t rounds_needed = 0;  ///< below which no row here could be told from no change
  std::vector<ReplicatedRow> rows;

  std::size_t count(Replication outcome) const;
};

/// Same or opposite by the sign of the published change (by its medians where it was not
/// significant) and of the change here, where that is significant at `alpha`.
ReplicatedTable replicate(const Result& result, PublishedTable table, double alpha = 0.05);

/// The command that measures `chunks` (bytes, ascending) of `path` in both modes.
std::string measuring_command(const std::string& path, const std::vector<std::int64_t>& chunks);

/// "same direction", "opposite", "not distinguishable here", "equal in every round", "not measured"
std::string_view name_of(Replication outcome);

}  // namespace splicebench
