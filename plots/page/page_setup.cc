// How the run was made, how to repeat it, and the place of its raw samples.

#include <fmt/format.h>

#include "plots/data/text.h"
#include "plots/page/page_parts.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// Name and value of a description list; nothing for a value that is not known.
std::string fact(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_escape(name), html_escape(value));
}

std::string environment_facts(const Result& result) {
  const Environment& environment = result.environment;
  std::string facts;
  facts += fact("Started", environment.date);
  facts += fact(result.hosts.empty() ? "Host" : "Host of the runner", environment.host);
  facts += fact("Kernel", environment.kernel);
  facts += fact("CPU", environment.cpu_model);
  facts += fact("CPUs", fmt::format("{}", environment.cpus));
  facts += fact("Clock", environment.mhz > 0 ? fmt::format("{:.0f} MHz", environment.mhz) : "");
  facts += fact("Governor", environment.governor);
  facts += fact("Hypervisor", environment.hypervisor);
  facts += fact("Load before", fmt::format("{:.2f}", fmt::join(environment.load_average, ", ")));
  facts += fact("Conditions", conditions_text(result));
  facts += fact("File system", environment.file_system);
  facts += fact("Program", fmt::format("{}, {}, {}", environment.version, environment.compiler,
                                       environment.build_type));
  for (const auto& [name, value] : environment.sysctls) facts += fact(name, value);
  return facts;
}

std::string option_facts(const Result& result) {
  const RunOptions& options = result.options;
  std::vector<std::string> chunks;
  for (const std::int64_t chunk : options.chunks) chunks.push_back(size_label(chunk));
  std::string facts;
  facts += fact("Paths", fmt::format("{}", fmt::join(options.paths, ", ")));
  facts += fact(result.ping ? "Sizes of messages" : "Chunks",
                fmt::format("{}", fmt::join(chunks, ", ")));
  facts += fact("Modes", fmt::format("{}", fmt::join(options.modes, ", ")));
  facts += fact("Rounds", fmt::format("{}", options.rounds));
  if (result.ping) {
    const PingOptions& ping = result.ping->options;
    facts += fact("Round trips", ping.count == 0 ? "until interrupted"
                                                 : fmt::format("{} of each case", ping.count));
    facts += fact("Rate", ping.rate > 0 ? fmt::format("{:g} a second", ping.rate)
                                        : "each as soon as the last is back");
  } else {
    facts += fact("Sample lasts", fmt::format("at least {:g} s", options.min_time));
  }
  facts += fact("Filter", options.filter);
  facts += fact("Seed", fmt::format("{}", options.seed));
  for (const ConditionInfo& info : kConditions) {
    facts += fact(fmt::format("--{}", info.name),
                  fmt::format("{}", fmt::join(options.conditions[info.kind], ", ")));
  }
  facts += fact("Files in", options.file_dir);
  facts += fact("Timeout", fmt::format("{:g} s", options.timeout));
  facts += fact("Took", fmt::format("{:.0f} s, of which rounds {:.0f} s", result.wall_seconds,
                                    result.rounds_seconds));
  return facts;
}

}  // namespace

std::string setup_part(const ReportInput& input) {
  std::string older;
  if (input.older) {
    older = fmt::format(
        "<details><summary>The older run, {}</summary><dl class=\"facts\">\n{}{}</dl></details>\n",
        html_escape(input.older_file), option_facts(*input.older), environment_facts(*input.older));
  }
  return fmt::format(
      "<section id=\"setup\"><h2>How it was run</h2>\n<dl "
      "class=\"facts\">\n{}{}</dl>\n{}</section>\n",
      option_facts(input.result), environment_facts(input.result), older);
}

std::string repeat_part(const ReportInput& input) {
  return fmt::format(
      "<section id=\"repeat\"><h2>Repeat it</h2>\n<pre><code id=\"command\">{}</code></pre>\n"
      "<button type=\"button\" class=\"copy\" data-copies=\"command\">Copy</button></section>\n",
      html_escape(input.result.environment.command));
}

std::string samples_part(const ReportInput& input) {
  std::size_t count = 0;
  for (const CaseResult& one : input.result.cases) count += one.samples.size();
  return fmt::format(
      "<section id=\"samples\" class=\"raw\"><h2>Raw samples</h2>\n<p class=\"note\">{} samples, "
      "folded by "
      "path and chunk. CPU times are of the whole sample, in seconds.</p>\n"
      "<details><summary>All groups</summary><div "
      "id=\"samples-by-group\"></div></details></section>\n",
      count);
}

}  // namespace splicebench
