#include "results/tables/screen/flows_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "results/stats/summary.h"
#include "results/tables/table_text.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/text/text_grid.h"

namespace splicebench {

namespace {

/// A figure of a sample's flows; none: not measured.
using Figure = std::function<std::optional<double>(const FlowFacts& flows)>;

/// The median over the samples that have it.
std::optional<double> median_of(const CaseResult& one, const Figure& figure) {
  std::vector<double> values;
  for (const Sample& sample : one.samples) {
    if (!sample.error.empty() || !sample.flows) continue;
    if (const std::optional<double> value = figure(*sample.flows)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

std::optional<double> as_number(const std::optional<std::int64_t>& count) {
  if (!count) return std::nullopt;
  return static_cast<double>(*count);
}

std::string megabytes(const CaseResult& one, const Figure& figure) {
  const std::optional<double> value = median_of(one, figure);
  return value ? three_digits(*value * 1e-6) : "-";
}

std::string mebibytes(const CaseResult& one, const Figure& figure) {
  const std::optional<double> value = median_of(one, figure);
  return value ? three_digits(*value / (1 << 20)) : "-";
}

std::string size(const CaseResult& one, std::int64_t PipeSizes::*which) {
  const std::optional<double> value = median_of(one, [which](const FlowFacts& flows) {
    return flows.pipes ? as_number((*flows.pipes).*which) : std::nullopt;
  });
  return value ? format_size(static_cast<std::int64_t>(*value)) : "";
}

std::string pipes(const CaseResult& one) {
  const std::string least = size(one, &PipeSizes::least);
  const std::string most = size(one, &PipeSizes::most);
  if (least.empty()) return "-";
  return least == most ? least
                       : fmt::format("{}..{}..{}", least, size(one, &PipeSizes::median), most);
}

Figure rate(double FlowRates::*which) {
  return [which](const FlowFacts& flows) -> std::optional<double> {
    if (!flows.rates) return std::nullopt;
    return (*flows.rates).*which;
  };
}

std::string rates(const CaseResult& one) {
  if (!median_of(one, rate(&FlowRates::jain))) return "-";
  return fmt::format("{} .. {} .. {}", megabytes(one, rate(&FlowRates::least)),
                     megabytes(one, rate(&FlowRates::median)),
                     megabytes(one, rate(&FlowRates::most)));
}

std::string fairness(const CaseResult& one) {
  const std::optional<double> value = median_of(one, rate(&FlowRates::jain));
  return value ? fmt::format("{:.3f}", *value) : "-";
}

}  // namespace

std::string flows_text(const Result& result, const std::string& heading, const Paint& paint) {
  std::vector<std::vector<std::string>> table{
      {"chunk", "mode", "MB/s of a flow", "Jain's index", "relay MiB", "engines", "pipes"}};
  for (std::string& title : table.front()) title = paint.bold(title);
  for (const CaseResult& one : result.cases) {
    if (one.id.heading() != heading || flows_of(one.id.conditions) == 1) continue;
    const std::optional<double> engines =
        median_of(one, [](const FlowFacts& flows) { return as_number(flows.engines); });
    table.push_back(
        {format_size(one.id.chunk), name_text(one.id.mode), rates(one), fairness(one),
         mebibytes(one, [](const FlowFacts& flows) { return as_number(flows.relay_memory); }),
         engines ? fmt::format("{:.0f}", *engines) : "-", pipes(one)});
  }
  if (table.size() == 1) return "";
  const std::vector<Align> columns{Align::kRight, Align::kLeft,  Align::kRight, Align::kRight,
                                   Align::kRight, Align::kRight, Align::kRight};
  return aligned_text(table, columns) +
         "Of a flow: least .. median .. most until the first had all its bytes. Relay: growth of "
         "its "
         "resident memory.\nEngines: that held bytes at once, at most. Medians of the samples.\n";
}

}  // namespace splicebench
