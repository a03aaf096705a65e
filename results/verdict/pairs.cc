#include "results/verdict/pairs.h"

namespace splicebench {

namespace {

Told told_by(const PairedComparison& one) {
  return {one.significant ? (one.ratio > 1 ? 1 : -1) : 0, one.ratio, one.low, one.high,
          one.could_have_told};
}

Told reversed(const Told& one) {
  return {-one.sign, 1 / one.ratio, 1 / one.high, 1 / one.low, one.could_have_told};
}

}  // namespace

Pairs::Pairs(const Result& result, double alpha) {
  for (std::size_t unit = 0; unit < kComparedUnits.size(); ++unit) {
    PairedTable& table = tables_[unit];
    table.unit = kComparedUnits[unit];
    for (std::size_t i = 0; i < result.cases.size(); ++i) {
      const CaseResult& other = result.cases[i];
      if (is_direct(other.id.mode)) continue;
      for (std::size_t j = i + 1; j < result.cases.size(); ++j) {
        const CaseResult& mode = result.cases[j];
        if (mode.id.row() != other.id.row()) break;  // those of a row stand together
        if (is_direct(mode.id.mode)) continue;
        std::vector<double> ratios = paired_log_ratios(other, mode, table.unit, Zeros::kSkip);
        if (ratios.empty()) continue;
        PairedComparison& row = table.rows.emplace_back();
        row.id = mode.id;
        row.baseline = other.id.mode;
        row.log_ratios = std::move(ratios);
      }
    }
  }
  judge(tables_, alpha);
  for (std::size_t unit = 0; unit < kComparedUnits.size(); ++unit) {
    for (const PairedComparison& row : tables_[unit].rows)
      index_[unit][{row.id.key(), row.id.mode, row.baseline}] = &row;
  }
}

std::optional<Told> Pairs::told(const Row& row, const std::string& mode, const std::string& other,
                                std::size_t unit) const {
  const std::string key = row.key();
  const auto found = index_[unit].find({key, mode, other});
  if (found != index_[unit].end()) return told_by(*found->second);
  const auto mirrored = index_[unit].find({key, other, mode});
  if (mirrored != index_[unit].end()) return reversed(told_by(*mirrored->second));
  return std::nullopt;
}

Standing Pairs::standing(const Row& row, const std::string& mode, const std::string& other) const {
  bool better = false;
  bool worse = false;
  for (std::size_t unit = 0; unit < kComparedUnits.size(); ++unit) {
    const std::optional<Told> one = told(row, mode, other, unit);
    if (!one) continue;
    const int sign = unit == 0 ? one->sign : -one->sign;  // CPU: less is better
    better = better || sign > 0;
    worse = worse || sign < 0;
  }
  if (better && worse) return Standing::kMixed;
  if (better) return Standing::kBetter;
  return worse ? Standing::kWorse : Standing::kOpen;
}

}  // namespace splicebench
