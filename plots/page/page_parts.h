#pragma once

// Sections of the report as HTML. Every text of a result passes html_escape on its way in.

#include <string>
#include <vector>

#include "plots/data/chart.h"
#include "plots/page/report.h"
#include "results/verdict/recommendation.h"
#include "results/verdict/verdict.h"

namespace splicebench {

std::string header_part(const ReportInput& input, const Verdict& verdict);
/// The recommendation as a card per path; with an older result what changed, before it.
std::string answer_part(const ReportInput& input, const Recommendation& recommendation);
/// The map of best modes.
std::string map_part(const Recommendation& recommendation);
/// The first three, each folded to its sentence, and the rest behind one more fold.
std::string warnings_part(const std::vector<Warning>& warnings);
std::string findings_part(const Verdict& verdict);
/// ChartMode switches and an empty place per chart, which the script fills.
std::string charts_part(const std::vector<Chart>& charts, const Result& result,
                        const std::vector<ChartMode>& modes);
/// What `run` prints, a row per case.
std::string run_table_part(const Verdict& verdict);
/// Old against new; empty without an older result.
std::string compare_table_part(const ReportInput& input);
/// Options, environment and sysctls of the run, and of the older one.
std::string setup_part(const ReportInput& input);
std::string repeat_part(const ReportInput& input);
/// Place for the raw samples, which the script fills when it is unfolded.
std::string samples_part(const ReportInput& input);

}  // namespace splicebench
