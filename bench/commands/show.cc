// splicebench show RESULT: a result again, and in the formats of others. Writes no file.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/formats/export.h"
#include "results/json/result_json.h"
#include "results/tables/ping_table.h"
#include "results/tables/run_table.h"
#include "results/verdict/ping_verdict.h"
#include "results/verdict/verdict.h"

namespace splicebench {

namespace {

struct ShowFlags {
  std::string file;
  std::string format = "text";
  std::string path;
  std::string metric;
};

/// Throws UsageError that names the paths there are.
void require_path(const Result& result, const std::string& path) {
  const std::vector<std::string>& paths = result.options.paths;
  if (path.empty() || std::find(paths.begin(), paths.end(), path) != paths.end()) return;
  throw UsageError(
      fmt::format("--path: this result has no '{}'; it has: {}", path, fmt::join(paths, ", ")));
}

void keep_path(Result& result, const std::string& path) {
  if (path.empty()) return;
  const auto other = [&](const auto& one) { return one.id.path != path; };
  std::erase_if(result.cases, other);
  if (result.ping) std::erase_if(result.ping->cases, other);
}

std::string for_trackers(const ShowFlags& flags, const Result& result) {
  const std::vector<Point> points = points_of(result, flags.metric);
  if (flags.format == "bencher") return to_bencher(points);
  if (flags.format == "prometheus") return to_prometheus(points);
  return to_github_action_benchmark(points);
}

/// What was claimed over the whole run stays so when one path of it is looked at.
std::string for_people(const ShowFlags& flags, const Result& result) {
  if (result.ping) return ping_text(result, ping_verdict(result), stdout_colour());
  Verdict verdict = verdict_of(result);
  if (!flags.path.empty())
    std::erase_if(verdict.paths, [&](const PathVerdict& one) { return one.path != flags.path; });
  return run_text(result, verdict, stdout_colour());
}

/// The flag that a format takes no notice of is refused.
void require_fitting(const ShowFlags& flags, const Result& result) {
  const bool one_record_each = flags.format == "csv" || flags.format == "benchfmt";
  const bool people = flags.format == "text";
  if (!flags.metric.empty() && (people || one_record_each || flags.format == "json"))
    throw UsageError(
        fmt::format("--metric: --format {} has them all; leave it out, or take "
                    "bencher, github-action-benchmark or prometheus",
                    flags.format));
  if (!flags.path.empty() && flags.format == "json")
    throw UsageError("--path: --format json is the whole file; leave it out");
  if (result.ping && one_record_each)
    throw UsageError(
        fmt::format("--format: {} holds round trips, which {} has no place for; take "
                    "text, json, bencher, github-action-benchmark or prometheus",
                    flags.file, flags.format));
  if (result.ping && people && !flags.path.empty())
    throw UsageError("--path: the table of round trips is of all paths; leave it out");
}

int show_result(const ShowFlags& flags) {
  Result result = read_result(flags.file);
  require_path(result, flags.path);
  require_fitting(flags, result);
  if (flags.format == "json") {
    print_only(to_json(result));
    return 0;
  }
  if (flags.format == "text") {
    print_only(for_people(flags, result));
    return 0;
  }
  keep_path(result, flags.path);
  if (flags.format == "csv") {
    print_only(to_csv(result));
  } else if (flags.format == "benchfmt") {
    print_only(to_benchfmt(result));
  } else {
    print_only(for_trackers(flags, result));
  }
  return 0;
}

}  // namespace

void add_show(CLI::App& app, Action& action) {
  const std::shared_ptr<ShowFlags> flags = std::make_shared<ShowFlags>();
  CLI::App& command =
      *app.add_subcommand("show", "Print a result again, or in another format; writes nothing");
  command.add_option("RESULT", flags->file, "Result file of 'splicebench run' or 'ping'")
      ->required();
  const std::vector<std::string> formats{
      "text", "json", "csv", "benchfmt", "bencher", "github-action-benchmark", "prometheus"};
  command
      .add_option("--format", flags->format,
                  fmt::format("of standard output: {}", fmt::join(formats, ", ")))
      ->check(one_of("format", formats))
      ->capture_default_str();
  command.add_option("--path", flags->path, "one path of it, e.g. tcp-to-tcp")
      ->check(filled("name a path, e.g. tcp-to-tcp"));
  std::vector<std::string> metrics;
  for (const Tracked& metric : kTracked) metrics.emplace_back(metric.name);
  command
      .add_option("--metric", flags->metric,
                  fmt::format("one metric of it for a tracker: {}", fmt::join(metrics, ", ")))
      ->check(one_of("metric", metrics));
  add_colour(command);
  command.callback([flags, &action] { action = [flags] { return show_result(*flags); }; });
}

}  // namespace splicebench
