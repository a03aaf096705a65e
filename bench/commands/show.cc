// splicebench show RESULT: a result again, and in the formats of others. Writes no file.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/commands/arguments.h"
#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/formats/export.h"
#include "results/json/result_json.h"
#include "results/tables/first_screen.h"
#include "results/tables/ping_table.h"
#include "results/tables/run_table.h"
#include "results/tables/table_text.h"
#include "results/text/line.h"
#include "results/text/plain_table.h"
#include "results/text/size.h"
#include "results/verdict/ping_verdict.h"
#include "results/verdict/verdict.h"

namespace splicebench {

namespace {

constexpr std::size_t kNumbersFrom = 2;  ///< columns of text before those of numbers

struct ShowFlags {
  std::string file;
  std::string format = "text";
  std::string path;
  std::string metric;
  std::string since;  ///< file of an older run; empty: none
  bool details = false;
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

PlainTable table_of(const std::vector<Point>& points) {
  const Tracked& metric = *points.front().metric;
  PlainTable table{{"path", "mode", "chunk", fmt::format("{} ({})", metric.name, metric.shown),
                    "95% interval", "n"},
                   {}};
  for (const Point& point : points) {
    const Summary& summary = point.summary;
    const std::string mode = point.state.empty()
                                 ? point.id.mode
                                 : fmt::format("{}, {} state", point.id.mode, point.state);
    table.rows.push_back({point.id.heading(), mode, format_size(point.id.chunk),
                          three_digits(summary.centre * metric.scale),
                          std::isfinite(summary.high)
                              ? fmt::format("{} .. {}", three_digits(summary.low * metric.scale),
                                            three_digits(summary.high * metric.scale))
                              : "-",
                          std::to_string(summary.n)});
  }
  return table;
}

std::optional<Result> older_of(const ShowFlags& flags) {
  if (flags.since.empty()) return std::nullopt;
  Result older = read_result(flags.since);
  if (older.ping) {
    throw UsageError(
        fmt::format("--since: {} holds round trips; give a result of 'run'", flags.since));
  }
  return older;
}

/// What was claimed over the whole run stays so when one path of it is looked at.
std::string for_people(const ShowFlags& flags, const Result& result) {
  if (result.ping) return ping_text(result, ping_verdict(result), stdout_colour());
  Verdict verdict = verdict_of(result);
  Recommendation recommendation = recommend(result, verdict);
  if (!flags.path.empty()) {
    const auto other = [&](const Row& row) { return row.path != flags.path; };
    std::erase_if(verdict.rows, [&](const VerdictRow& one) { return other(one.id); });
    std::erase_if(verdict.paths, [&](const PathVerdict& one) {
      return std::none_of(verdict.rows.begin(), verdict.rows.end(),
                          [&](const VerdictRow& row) { return row.id.heading() == one.path; });
    });
    std::erase_if(recommendation.advice, [&](const Advice& one) { return one.path != flags.path; });
    std::erase_if(recommendation.map, [&](const MapCell& one) { return other(one.row); });
  }
  if (flags.format == "markdown") return run_markdown(result, verdict, recommendation);
  if (flags.details) return run_text(result, verdict, stdout_colour(), stdout_width());
  const std::optional<Result> older = older_of(flags);
  return first_screen(result, verdict, recommendation, flags.file, stdout_colour(),
                      older ? &*older : nullptr);
}

/// The flag that a format takes no notice of is refused.
void require_fitting(const ShowFlags& flags, const Result& result) {
  const bool one_record_each = flags.format == "csv" || flags.format == "benchfmt";
  const bool people = flags.format == "text" || flags.format == "markdown";
  if (!flags.metric.empty() && (one_record_each || flags.format == "json"))
    throw UsageError(fmt::format("--metric: --format {} has them all; leave it out", flags.format));
  if (!flags.path.empty() && flags.format == "json")
    throw UsageError("--path: --format json is the whole file; leave it out");
  if (flags.details && (flags.format != "text" || !flags.metric.empty() || result.ping))
    throw UsageError("--details: are the tables of a run as text; leave the other flags out");
  if (!flags.since.empty() && (flags.format != "text" || flags.details || !flags.metric.empty() ||
                               !flags.path.empty() || result.ping))
    throw UsageError(
        "--since: is a line of the first screen of a run; leave the other flags out, or take: "
        "compare --changed OLD NEW");
  if (!result.ping) return;
  if (one_record_each || flags.format == "markdown")
    throw UsageError(
        fmt::format("--format: {} holds round trips, which {} has no place for; take "
                    "text, json, bencher, github-action-benchmark or prometheus",
                    flags.file, flags.format));
  if (people && flags.metric.empty() && !flags.path.empty())
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
  const bool markdown = flags.format == "markdown";
  if ((markdown || flags.format == "text") && flags.metric.empty()) {
    print_only(for_people(flags, result));
    return 0;
  }
  keep_path(result, flags.path);
  if (markdown || flags.format == "text") {
    const PlainTable table = table_of(points_of(result, flags.metric));
    print_only(markdown ? table.markdown(kNumbersFrom) : table.text(kNumbersFrom));
  } else if (flags.format == "csv") {
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
      "text",      "markdown", "json", "csv", "benchfmt", "bencher", "github-action-benchmark",
      "prometheus"};
  command
      .add_option("--format", flags->format,
                  fmt::format("of standard output: {}", fmt::join(formats, ", ")))
      ->check(one_of("format", formats))
      ->capture_default_str();
  command.add_option("--path", flags->path, "one path of it, e.g. tcp-to-tcp")
      ->check(filled("name a path, e.g. tcp-to-tcp"));
  add_metric(command, flags->metric);
  command
      .add_option("--since", flags->since, "an older result: the first screen says what changed")
      ->check(filled("name an older result"))
      ->type_name("FILE");
  command.add_flag("--details", flags->details, "the tables of all cases");
  add_colour(command);
  command.callback([flags, &action] { action = [flags] { return show_result(*flags); }; });
}

}  // namespace splicebench
