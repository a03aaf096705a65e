#pragma once

// Sections of the report as HTML. Every text of a result passes html_escape on its way in.

#include <string>
#include <utility>
#include <vector>

#include "plots/data/chart.h"
#include "plots/page/report.h"
#include "results/verdict/ping_verdict.h"
#include "results/verdict/recommendation.h"
#include "results/verdict/verdict.h"

namespace splicebench {

/// Section and what its link says.
using PageLinks = std::vector<std::pair<std::string, std::string>>;

/// Nothing is escaped yet.
std::string header_part(const std::string& title, const std::string& lead, const Result& result,
                        const PageLinks& links);
/// What was run, in a line.
std::string run_lead(const ReportInput& input);
/// The recommendation as a card per path.
std::string answer_part(const Recommendation& recommendation);
/// The map of best modes.
std::string map_part(const Recommendation& recommendation);
/// The first three, each folded to its sentence, and the rest behind one more fold.
std::string warnings_part(const std::vector<Warning>& warnings);
/// `since`: what changed since an older result, before all else; empty: there is none.
std::string findings_part(const Verdict& verdict, const std::string& since);
/// A switch per mode, which is the legend, too.
std::string switches_part(const Result& result, const std::vector<ChartMode>& modes);
/// An empty place for a chart, which the script fills; where it has no part, what the result lacks.
std::string chart_part(const Chart& chart, const Result& result);
std::string charts_part(const std::vector<Chart>& charts, const Result& result);
/// What `run` prints, a row per case.
std::string run_table_part(const Verdict& verdict);
/// What each host is, and what its CPUs did; empty where all was on one machine.
std::string hosts_part(const Result& result);
/// Options, environment and sysctls of the run, and of the older one.
std::string setup_part(const ReportInput& input);
std::string repeat_part(const ReportInput& input);
/// Of a result of round trips: cards of what is claimed, and the tables.
std::string ping_answer_part(const PingVerdict& verdict);
/// A sentence per comparison.
std::string ping_findings_part(const PingVerdict& verdict);
std::string ping_tables_part(const Result& result, const PingVerdict& verdict);
/// Place for the raw samples, which the script fills when it is unfolded.
std::string samples_part(const ReportInput& input);

}  // namespace splicebench
