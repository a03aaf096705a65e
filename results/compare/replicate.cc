#include "results/compare/replicate.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "results/text/program_name.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// Of several conditions the one measured first.
const CaseResult* find_generic(const Result& result, const PublishedRow& row) {
  const auto found =
      std::find_if(result.cases.begin(), result.cases.end(), [&](const CaseResult& candidate) {
        const CaseId& id = candidate.id;
        return id.path == row.measured_as && id.chunk == row.chunk && id.mode == "generic";
      });
  return found == result.cases.end() ? nullptr : &*found;
}

const CaseResult* find_splice(const Result& result, const CaseResult& generic) {
  const auto found =
      std::find_if(result.cases.begin(), result.cases.end(), [&](const CaseResult& candidate) {
        return candidate.id == CaseId{generic.id.row(), "splice"};
      });
  return found == result.cases.end() ? nullptr : &*found;
}

Replication outcome_of(const PublishedRow& published, const PairedComparison& here) {
  if (!here.significant) return Replication::kNotDistinguishable;
  const int sign = (here.ratio > 1) - (here.ratio < 1);
  return sign == published.sign() ? Replication::kSame : Replication::kOpposite;
}

}  // namespace

std::size_t ReplicatedTable::count(Replication outcome) const {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const ReplicatedRow& row) { return row.outcome == outcome; }));
}

ReplicatedTable replicate(const Result& result, PublishedTable table, double alpha) {
  ReplicatedTable replicated;
  replicated.alpha = alpha;
  PairedTable paired;
  std::vector<std::size_t> measured;  // row of replicated, by row of paired
  for (const PublishedRow& row : table.rows) {
    ReplicatedRow& entry = replicated.rows.emplace_back();
    entry.published = row;
    const CaseResult* const generic = find_generic(result, row);
    const CaseResult* const splice = generic ? find_splice(result, *generic) : nullptr;
    std::vector<double> ratios;
    if (splice != nullptr) {
      ratios = paired_log_ratios(*generic, *splice, row.unit, Zeros::kKeep);
    }
    if (ratios.empty()) {
      entry.command = measuring_command(row.measured_as, {row.chunk});
      continue;
    }
    PairedComparison comparison;
    comparison.id = splice->id;
    comparison.baseline = "generic";
    // Rows that cannot differ would only weaken the claims of the others.
    if (std::all_of(ratios.begin(), ratios.end(), [](double ratio) { return ratio == 0; })) {
      comparison.n = static_cast<std::int64_t>(ratios.size());
      comparison.high = std::numeric_limits<double>::infinity();
      entry.here = std::move(comparison);
      entry.outcome = Replication::kEqual;
      continue;
    }
    comparison.log_ratios = std::move(ratios);
    paired.rows.push_back(std::move(comparison));
    measured.push_back(replicated.rows.size() - 1);
  }
  judge({&paired, 1}, alpha);
  replicated.rounds_needed = paired.rounds_needed;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    ReplicatedRow& row = replicated.rows[measured[i]];
    row.here = paired.rows[i];
    row.outcome = outcome_of(row.published, *row.here);
  }
  replicated.published = std::move(table);
  return replicated;
}

std::string measuring_command(const std::string& path, const std::vector<std::int64_t>& chunks) {
  std::vector<std::string> sizes;
  sizes.reserve(chunks.size());
  for (const std::int64_t chunk : chunks) sizes.push_back(format_size(chunk));
  return fmt::format("{} run --paths {} --chunks {} --modes splice,generic", program_name(), path,
                     fmt::join(sizes, ","));
}

std::string_view name_of(Replication outcome) {
  switch (outcome) {
    case Replication::kSame:
      return "same direction";
    case Replication::kOpposite:
      return "opposite";
    case Replication::kNotDistinguishable:
      return "not distinguishable here";
    case Replication::kEqual:
      return "equal in every round";
    case Replication::kNotMeasured:
      return "not measured";
  }
  return "";
}

}  // namespace splicebench
