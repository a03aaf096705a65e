#include "plots/page/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "plots/page/page_assets.h"
#include "plots/page/page_json.h"
#include "plots/page/page_parts.h"
#include "results/files/error.h"
#include "results/text/line.h"
#include "results/text/program_name.h"

namespace splicebench {

namespace {

bool has_samples(const Result& result) {
  return std::any_of(result.cases.begin(), result.cases.end(),
                     [](const CaseResult& one) { return !one.samples.empty(); });
}

void require_throughput(const Result& result, const std::string& file) {
  if (!result.ping) return;
  throw UsageError(
      fmt::format("{}: it holds round trips, of which there is no page; draw them with '{} plot', "
                  "or compare them with '{} compare --col /mode'",
                  file, program_name(), program_name()));
}

/// Nothing runs but our own script, nothing is fetched, nothing is sent anywhere.
std::string security_policy() {
  return fmt::format(
      "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      page_assets::script_digest(), page_assets::style_digest());
}

std::string head_of(const ReportInput& input) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n{}{}</title>\n"
      "<link rel=\"icon\" href=\"data:,\">\n<style>{}</style>\n</head>\n",
      security_policy(), kPageMark,
      html_escape(input.result.environment.host + ", " + input.result.environment.date),
      page_assets::style());
}

/// Of the newer result alone, but for the charts of two.
std::vector<Chart> charts_of(const ReportInput& input, const std::vector<ChartMode>& modes) {
  const ChartInput newer{{input.result}, {input.file}, modes};
  ChartInput both = newer;
  if (input.older) {
    both = {{*input.older, input.result}, {input.older_file, input.file}, modes};
  }
  std::vector<Chart> all;
  for (const ChartType& type : charts()) {
    if (!type.of_round_trips) all.push_back(compute(type, type.of_two ? both : newer));
  }
  return all;
}

}  // namespace

std::string report_page(const ReportInput& input) {
  require_throughput(input.result, input.file);
  if (input.older) require_throughput(*input.older, input.older_file);
  if (!has_samples(input.result)) {
    throw UsageError(fmt::format(
        "{}: it has no sample, so there is nothing to report; measure with '{} run' first",
        input.file, program_name()));
  }
  std::vector<Result> results;
  if (input.older) results.push_back(*input.older);
  results.push_back(input.result);
  const std::vector<ChartMode> modes = modes_of(results);
  const std::vector<Chart> charts = charts_of(input, modes);
  const Verdict verdict = verdict_of(input.result);

  std::string page = head_of(input);
  page += "<body>\n" + header_part(input, verdict) + "<main>\n";
  const Recommendation recommendation = recommend(input.result, verdict);
  page += answer_part(input, recommendation) + warnings_part(verdict.warnings);
  page += map_part(recommendation) + findings_part(verdict);
  page += charts_part(charts, input.result, modes) + run_table_part(verdict) +
          compare_table_part(input);
  page += setup_part(input) + repeat_part(input) + samples_part(input);
  page += "</main>\n<footer>Made by splicebench " + html_escape(input.result.environment.version) +
          " from " + html_escape(input.file) +
          ". This file is complete: it loads nothing and sends nothing. Charts use D3 "
          "(BSD licence, in the source of this page).</footer>\n";
  page += "<p id=\"reading\" class=\"hidden-visually\" aria-live=\"polite\"></p>\n";
  page += "<script type=\"application/json\" id=\"data\">" +
          page_json(charts, input.result, modes) + "</script>\n";
  page += "<script>" + page_assets::script() + "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace splicebench
