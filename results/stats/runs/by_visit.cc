#include "results/stats/runs/by_visit.h"

#include <cmath>
#include <map>

#include "results/model/visit_rounds.h"
#include "results/stats/runs/spread.h"

namespace splicebench {

std::vector<double> medians_by_visit(const std::vector<RoundFigure>& figures, std::size_t modes) {
  std::map<std::int64_t, std::vector<double>> visits;
  for (const RoundFigure& one : figures)
    visits[one.round / visit_rounds(modes)].push_back(one.value);
  std::vector<double> medians;
  for (auto& [visit, values] : visits) medians.push_back(median_figure(std::move(values)));
  return medians;
}

std::vector<double> logarithms(const std::vector<double>& figures) {
  std::vector<double> logs;
  for (const double figure : figures) {
    if (!(figure > 0)) return {};
    logs.push_back(std::log(figure));
  }
  return logs;
}

}  // namespace splicebench
