#include "results/compare/runs/judge_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/text/line.h"

namespace splicebench {

namespace {

struct Family {
  ColumnShift shift;
  std::vector<SampleComparison*> members;
};

bool same(const std::vector<KeyValue>& a, const std::vector<KeyValue>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const KeyValue& x, const KeyValue& y) { return x.key == y.key && x.value == y.value; });
}

Family& family_of(std::vector<Family>& families, const ComparisonTable& table, std::size_t column,
                  RunUnits counted) {
  const std::vector<KeyValue>& keys = table.columns[column].keys;
  const auto found = std::find_if(families.begin(), families.end(), [&](const Family& one) {
    return one.shift.unit == table.unit && one.shift.counted == counted &&
           same(one.shift.column, keys);
  });
  if (found != families.end()) return *found;
  Family& family = families.emplace_back();
  family.shift = {table.unit, keys, counted, {}};
  return family;
}

/// What keeps a case from being judged; empty: nothing.
std::string obstacle(const SampleComparison& one, const RunsApart& all) {
  if (one.n_old < 2 || one.n_new < 2) return "need >= 2 visits in each result; measure more rounds";
  if (one.apart->units == RunUnits::kVisits && all.rows < kLeastRows) {
    return fmt::format(
        "need >= {} rows to tell what changed from what the machine did; measure more, or give "
        "three "
        "results under each label",
        kLeastRows);
  }
  return {};
}

void judge(Family& family, double alpha) {
  std::vector<CaseApart> cases;
  for (const SampleComparison* one : family.members) cases.push_back(*one->apart);
  family.shift.apart = judge_apart(cases, alpha);
  std::vector<double> ps;
  for (const CaseApart& one : cases) ps.push_back(one.p);
  const std::vector<double> adjusted = false_discovery_adjusted(ps);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SampleComparison& one = *family.members[i];
    one.apart = cases[i];
    one.p = adjusted[i];
    const std::string why_not = obstacle(one, family.shift.apart);
    one.too_few = !why_not.empty();
    if (one.too_few) one.warnings.push_back(why_not);
  }
}

}  // namespace

void judge_columns(Comparison& comparison) {
  std::vector<Family> families;
  for (ComparisonTable& table : comparison.tables) {
    for (TableRow& row : table.rows) {
      for (std::size_t column = 1; column < row.cells.size(); ++column) {
        std::optional<TableCell>& cell = row.cells[column];
        if (!cell || !cell->comparison || !cell->comparison->apart) continue;
        family_of(families, table, column, cell->comparison->apart->units)
            .members.push_back(&*cell->comparison);
      }
    }
  }
  for (Family& family : families) {
    judge(family, comparison.alpha);
    comparison.shifts.push_back(std::move(family.shift));
  }
}

}  // namespace splicebench
