#include "plots/page/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "plots/page/page_assets.h"
#include "plots/page/page_changes.h"
#include "plots/page/page_json.h"
#include "plots/page/page_parts.h"
#include "results/files/error.h"
#include "results/model/hosts/host_names.h"
#include "results/text/line.h"
#include "results/text/program_name.h"

namespace splicebench {

namespace {

bool has_samples(const Result& result) {
  if (result.ping) {
    return std::any_of(result.ping->cases.begin(), result.ping->cases.end(),
                       [](const PingCase& one) { return !one.blocks.empty(); });
  }
  return std::any_of(result.cases.begin(), result.cases.end(),
                     [](const CaseResult& one) { return !one.samples.empty(); });
}

/// Round trips are compared with nothing older on a page.
void require_alike(const ReportInput& input) {
  if (!input.older || (!input.result.ping && !input.older->ping)) return;
  throw UsageError(fmt::format(
      "{}: it holds round trips, and a page of two results is of throughput; give it alone, or "
      "compare with '{} compare'",
      input.result.ping ? input.file : input.older_file, program_name()));
}

/// Nothing runs but our own script, nothing is fetched, nothing is sent anywhere.
std::string security_policy() {
  return fmt::format(
      "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      page_assets::script_digest(), page_assets::style_digest());
}

std::string head_of(const std::string& title) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n{}{}</title>\n"
      "<link rel=\"icon\" href=\"data:,\">\n<style>{}</style>\n</head>\n",
      security_policy(), kPageMark, html_escape(title), page_assets::style());
}

std::string end_of(const ReportInput& input, const std::vector<Chart>& charts,
                   const std::vector<ChartMode>& modes) {
  return "</main>\n<footer>Made by splicebench " + html_escape(input.result.environment.version) +
         " from " + html_escape(input.file) +
         ". This file is complete: it loads nothing and sends nothing. Charts use D3 (BSD licence, "
         "in the source of this page).</footer>\n"
         "<p id=\"reading\" class=\"hidden-visually\" aria-live=\"polite\"></p>\n"
         "<script type=\"application/json\" id=\"data\">" +
         page_json(charts, input.result, modes) + "</script>\n<script>" + page_assets::script() +
         "</script>\n</body>\n</html>\n";
}

std::string machine_title(const Result& result) {
  const std::string hosts = hosts_text(result);
  return (hosts.empty() ? result.environment.host : hosts) + ", " + result.environment.date;
}

/// Before that of the setup.
void add_hosts_link(PageLinks& links, const Result& result) {
  if (result.hosts.empty()) return;
  const auto setup = std::find_if(links.begin(), links.end(),
                                  [](const auto& link) { return link.first == "setup"; });
  links.insert(setup, {"hosts", "Hosts"});
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

/// Takes the charts that have a part named so out of `charts`: those that stand first.
std::vector<Chart> taken(std::vector<Chart>& charts, const std::string& name) {
  std::vector<Chart> found;
  std::erase_if(charts, [&](const Chart& chart) {
    if (chart.parts.empty() || chart.parts.front().name != name) return false;
    found.push_back(chart);
    return true;
  });
  return found;
}

std::string run_page(const ReportInput& input) {
  std::vector<Result> results;
  if (input.older) results.push_back(*input.older);
  results.push_back(input.result);
  const std::vector<ChartMode> modes = modes_of(results);
  const std::vector<Chart> all = charts_of(input, modes);
  const Verdict verdict = verdict_of(input.result);
  const Recommendation recommendation = recommend(input.result, verdict);
  std::vector<Changed> changed;
  if (input.older) changed = what_changed(*input.older, input.result);

  const std::string question = fmt::format("Better than {}?", verdict.baseline);
  const std::string headline = input.older ? change_headline(changed) : question;
  PageLinks links{{"map", "Best modes"},     {"findings", "Findings"},    {"charts", "Charts"},
                  {"table", "Table"},        {"setup", "How it was run"}, {"repeat", "Repeat it"},
                  {"samples", "Raw samples"}};
  if (input.older) links.insert(links.begin(), {"compare", "Old and new"});
  add_hosts_link(links, input.result);
  std::string page = head_of(input.older ? headline + " · " + machine_title(input.result)
                                         : machine_title(input.result));
  page += "<body>\n" + header_part(headline, run_lead(input), input.result, links) + "<main>\n";
  std::vector<Chart> rest = all;
  std::string first;
  for (const char* name : {"old-new", "change"}) {
    for (const Chart& chart : taken(rest, name)) first += chart_part(chart, input.result);
  }
  if (input.older) page += changes_part(input, changed);
  if (input.older) page += "<h2 class=\"question\">" + html_escape(question) + "</h2>\n";
  page += answer_part(recommendation);
  page += "<div class=\"drawn\">\n" + switches_part(input.result, modes) + first;
  page += map_part(recommendation) + warnings_part(verdict.warnings) +
          findings_part(verdict, input.older ? headline : "");
  page += charts_part(rest, input.result) + "</div>\n";
  if (input.older) page += compare_table_part(input, changed);
  page += run_table_part(verdict) + hosts_part(input.result) + setup_part(input);
  page += repeat_part(input) + samples_part(input);
  return page + end_of(input, all, modes);
}

std::string ping_page(const ReportInput& input) {
  const Result& result = input.result;
  const std::vector<ChartMode> modes = modes_of({result});
  const ChartInput chart_input{{result}, {input.file}, modes};
  std::vector<Chart> all;
  for (const ChartType& type : charts()) {
    if (type.of_round_trips) all.push_back(compute(type, chart_input));
  }
  const PingVerdict verdict = ping_verdict(result);
  PageLinks links{{"charts", "Charts"},
                  {"table", "Percentiles"},
                  {"rates", "Rates and costs"},
                  {"setup", "How it was run"},
                  {"repeat", "Repeat it"}};
  add_hosts_link(links, result);
  std::string page = head_of("round trips, " + machine_title(result));
  page += "<body>\n" +
          header_part(verdict.differences.front().rows.empty()
                          ? "How long does an answer take?"
                          : fmt::format("Faster answers than {}?", verdict.baseline),
                      fmt::format("Round trips: {}, {}, {}; lower is better",
                                  counted(std::ssize(result.options.modes), "mode"),
                                  counted(std::ssize(result.options.chunks), "size"),
                                  counted(result.options.rounds, "round")),
                      result, links) +
          "<main>\n" + ping_answer_part(verdict);
  page += "<div class=\"drawn\">\n" + switches_part(result, modes) + charts_part(all, result) +
          "</div>\n" + warnings_part(verdict.warnings) + ping_findings_part(verdict);
  page += ping_tables_part(result, verdict) + hosts_part(result) + setup_part(input);
  page += repeat_part(input);
  return page + end_of(input, all, modes);
}

}  // namespace

std::string report_page(const ReportInput& input) {
  require_alike(input);
  if (!has_samples(input.result)) {
    throw UsageError(fmt::format(
        "{}: it has no sample, so there is nothing to report; measure with '{} {}' first",
        input.file, program_name(), input.result.ping ? "ping" : "run"));
  }
  return input.result.ping ? ping_page(input) : run_page(input);
}

}  // namespace splicebench
