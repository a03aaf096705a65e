#include <fmt/format.h>
#include <fmt/ranges.h>

#include "results/model/model.h"
#include "results/tables/first_screen.h"
#include "results/tables/map_text.h"
#include "results/tables/table_text.h"
#include "results/text/line.h"
#include "results/text/plain_table.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

const Paint kPlain(false);

const char* shouted(Answer answer) {
  if (answer == Answer::kMaybe) return "MAYBE";
  return answer == Answer::kYes ? "**YES**" : "**NO**";
}

std::string advice_table(const Recommendation& recommendation) {
  std::string text =
      fmt::format("| path | better than {}? | where | changes |\n| --- | --- | --- | --- |\n",
                  markdown_cell(recommendation.baseline));
  for (const Advice& one : recommendation.advice) {
    text += fmt::format("| {} | {} | {} | {} |\n", markdown_cell(one.path), shouted(one.answer),
                        markdown_cell(advice_text(one, recommendation.chunks)),
                        markdown_cell(effects_text(one, true)));
  }
  return text;
}

std::string map_table(const Recommendation& recommendation) {
  PlainTable table{{"path", "chunk", "best modes by throughput, those not told apart together"},
                   {}};
  for (const MapCell& cell : recommendation.map) {
    table.rows.push_back({cell.row.heading(), format_size(cell.row.chunk),
                          fmt::format("{}", fmt::join(cell.modes, ", "))});
  }
  return table.markdown(3);
}

std::string middle(const std::optional<Summary>& summary, double scale) {
  return summary ? three_digits(summary->centre * scale) : "-";
}

std::string case_table(const Verdict& verdict) {
  PlainTable table{{"path", "chunk", "mode", "GB/s", "difference", "relay s/GB", "system s/GB"},
                   {}};
  for (const VerdictRow& row : verdict.rows) {
    for (const CaseFigures& one : row.modes) {
      std::string difference;
      for (const PairedComparison& each : row.throughput) {
        if (each.id.mode == one.id.mode)
          difference = difference_text(each, verdict.rounds_needed, Better::kHigher, kPlain);
      }
      table.rows.push_back({row.id.heading(), format_size(row.id.chunk), one.id.mode,
                            middle(one.throughput, 1e-9) + floor_text(row, one), difference,
                            middle(one.relay_cpu, 1), middle(one.system_cpu, 1)});
    }
  }
  return table.markdown(3);
}

}  // namespace

std::string run_markdown(const Result& result, const Verdict& verdict,
                         const Recommendation& recommendation) {
  std::string text =
      fmt::format("### splicebench: better than {}?\n\n{}\n\nMeasured: {}. {}.\n",
                  markdown_cell(recommendation.baseline), advice_table(recommendation),
                  markdown_cell(measured_text(result)), markdown_cell(conditions_text(result)));
  text +=
      "\nChanges: ends of 95% intervals, claims only; throughput: higher is better, CPU: lower.\n";
  if (recommendation.trust)
    text += fmt::format("\nTrust: {}.\n", markdown_cell(trust_text(*recommendation.trust)));
  for (const Warning& warning : verdict.warnings) {
    text += fmt::format("\n- **{}**: {}; {}", markdown_cell(warning.code),
                        markdown_cell(warning.text), markdown_cell(warning.advice));
  }
  if (!verdict.warnings.empty()) text += "\n";
  return text + fmt::format(
                    "\n<details><summary>Best modes</summary>\n\n{}\n</details>\n\n"
                    "<details><summary>All cases</summary>\n\n{}\n</details>\n",
                    map_table(recommendation), case_table(verdict));
}

}  // namespace splicebench
