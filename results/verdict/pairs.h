#pragma once

// Every two modes of a row against each other: what a recommendation and a map are made of. All
// rows, all pairs and the three metrics of kComparedUnits are one family of claims, apart from that
// of the tables, in which each mode is held against the baseline alone.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "results/model/model.h"
#include "results/stats/paired.h"

namespace splicebench {

/// One mode against another in a metric.
struct Told {
  int sign = 0;      ///< of the change, where it is claimed; 0: it is not
  double ratio = 1;  ///< mode / other
  double low = 0;    ///< 95 % interval of the ratio
  double high = 0;
  double could_have_told = 0;  ///< see PairedComparison
};

/// How a mode stands to another by what is claimed of throughput (more is better), CPU of the relay
/// and of the machine (less is better).
enum class Standing {
  kOpen,    ///< nothing is claimed
  kBetter,  ///< better in something and worse in nothing
  kWorse,   ///< the reverse
  kMixed,   ///< better in one thing, worse in another
};

class Pairs {
 public:
  explicit Pairs(const Result& result, double alpha = 0.05);

  /// `unit` counts in kComparedUnits; nothing where the two share no round of `row`.
  std::optional<Told> told(const Row& row, const std::string& mode, const std::string& other,
                           std::size_t unit) const;
  Standing standing(const Row& row, const std::string& mode, const std::string& other) const;

  /// To claim anything at all.
  std::int64_t rounds_needed() const { return tables_.front().rounds_needed; }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  ///< row, mode, other
  std::array<PairedTable, kComparedUnits.size()> tables_;
  std::array<std::map<Key, const PairedComparison*>, kComparedUnits.size()> index_;
};

}  // namespace splicebench
