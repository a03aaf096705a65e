#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

#include "results/model/hosts/host_names.h"
#include "results/stats/case_figures.h"
#include "results/tables/history/history_tables.h"
#include "results/tables/screen/titled.h"
#include "results/text/fold.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/text/text_grid.h"

namespace splicebench {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kLongestTrend = 20;  ///< characters
constexpr std::size_t kLongestName = 22;

/// Rising blocks, a character for each run or for some in a row, over `span` (of logarithms) from
/// bottom to top with the middle of the figures in the middle; a dot where there is none.
std::string drawn_trend(const std::vector<std::optional<double>>& figures, double span,
                        std::size_t most) {
  static constexpr std::array<const char*, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = INFINITY;
  double high = -INFINITY;
  for (const std::optional<double>& one : figures) {
    if (!one) continue;
    low = std::min(low, std::log(*one));
    high = std::max(high, std::log(*one));
  }
  const double bottom = (low + high - span) / 2;
  const std::size_t columns = std::min(most, figures.size());
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    double sum = 0;
    double count = 0;
    for (std::size_t i = column * figures.size() / columns;
         i < (column + 1) * figures.size() / columns; ++i) {
      if (figures[i]) sum += std::log(*figures[i]), ++count;
    }
    const double place = count > 0 ? (sum / count - bottom) / span * 7 : 0;
    text += count > 0 ? kBlocks[static_cast<std::size_t>(std::clamp(std::round(place), 0.0, 7.0))]
                      : "·";
  }
  return text;
}

std::vector<std::optional<double>> figures_in(const HistorySeries& series) {
  std::vector<std::optional<double>> figures;
  for (std::size_t run = 0; run < series.points.size(); ++run)
    figures.push_back(figure_of(series, run));
  return figures;
}

double span_of(const std::vector<std::optional<double>>& figures) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const std::optional<double>& one : figures) {
    if (one) low = std::min(low, std::log(*one)), high = std::max(high, std::log(*one));
  }
  return high > low ? high - low : 0;
}

/// What all trends of a table are drawn over: else noise would be drawn as large as a change.
constexpr double kLeastSpan = 0.1;

std::string figure_text(const std::optional<HistoryPoint>& point, double scale) {
  if (!point) return "-";
  const std::string low = three_digits(point->summary.centre * scale);
  return point->high ? low + " | " + three_digits(point->high->centre * scale) : low;
}

std::string last_against_first(const std::optional<double>& first,
                               const std::optional<double>& last) {
  return first && last ? fmt::format("{:+.1f}%", (*last / *first - 1) * 100) : "-";
}

const char* better_text(const Tracked& metric) {
  return metric.better == Better::kHigher ? "higher is better" : "lower is better";
}

Lines change_lines(const History& history, const Paint& paint) {
  Lines lines;
  std::size_t run = 0;
  for (const ChangeGroup& one : change_groups(history)) {
    if (one.run != run) {
      run = one.run;
      const HistoryRun& here = history.runs[run];
      std::string line = fmt::format("  since {}, {}", short_date(here), name_text(here.file));
      if (!here.news.empty()) line += fmt::format("; there {}", fmt::join(here.news, ", "));
      lines.push_back(clip(one_line(line), kScreenWidth));
    }
    const std::string direction = one.better ? paint.good("better") : paint.bad("worse ");
    const std::string left = fmt::format("  {:<10}  {:>12}  ", one.metric->name, change_text(one));
    const std::string what =
        fmt::format("{} {} {}", name_text(one.heading), name_text(one.mode), one.where);
    const std::size_t margin = 4 + 6 + left.size();
    bool first = true;
    for (const std::string& text : folded(what, kScreenWidth - margin, 3)) {
      lines.push_back((first ? "    " + direction + left : std::string(margin, ' ')) +
                      clip(text, kScreenWidth - margin));
      first = false;
    }
  }
  return lines;
}

Lines trend_lines(const History& history, const Paint& paint) {
  const Tracked& metric = *history.series.front().metric;
  std::vector<CommonTrend> trends = common_trends(history);
  std::erase_if(trends, [&](const CommonTrend& one) { return one.metric != &metric; });
  double span = kLeastSpan;
  for (const CommonTrend& one : trends)
    span = std::max(span, span_of({one.figures.begin(), one.figures.end()}));
  std::vector<std::vector<std::string>> rows{{paint.bold("path"), paint.bold("mode"), "",
                                              paint.bold("first"), paint.bold("last"),
                                              paint.bold("change")}};
  for (const CommonTrend& one : trends) {
    std::vector<std::string> row{clip_middle(name_text(one.heading), kLongestName),
                                 clip_middle(name_text(one.mode), kLongestName)};
    if (one.figures.empty()) {
      row.insert(row.end(), {"not in every result", "-", "-", "-"});
    } else {
      row.push_back(drawn_trend({one.figures.begin(), one.figures.end()}, span, kLongestTrend));
      row.push_back(three_digits(one.figures.front() * metric.scale));
      row.push_back(three_digits(one.figures.back() * metric.scale));
      row.push_back(last_against_first(one.figures.front(), one.figures.back()));
    }
    rows.push_back(std::move(row));
  }
  const std::string table = aligned_text(rows, {Align::kLeft, Align::kLeft, Align::kLeft,
                                                Align::kRight, Align::kRight, Align::kRight});
  Lines lines{paint.bold("Trend") +
              clip(fmt::format("     {} ({}), geometric mean over the chunks; {}", metric.name,
                               metric.shown, better_text(metric)),
                   kScreenWidth - 5)};
  std::istringstream text(table);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Lines head_lines_of(const History& history, const Paint& paint) {
  const Result& last = history.results.back();
  const RelayMachine machine = relay_machine(last);
  Lines lines;
  add_titled(lines, "Measured", history_measured(history), 2, paint);
  add_titled(lines, "",
             fmt::format("{}, {}, {}; {}", name_text(machine.kernel), name_text(machine.cpu_model),
                         counted(machine.cpus, "CPU"), conditions_text(last)),
             3, paint);
  lines.emplace_back();
  add_titled(lines, "Changes", history_verdict(history), 2, paint);
  return lines;
}

std::string as_text(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

using Rows = std::vector<std::vector<std::string>>;

Rows series_rows(const std::vector<const HistorySeries*>& all, std::size_t trend,
                 const History& history, const Paint& paint) {
  double span = kLeastSpan;
  for (const HistorySeries* one : all) span = std::max(span, span_of(figures_in(*one)));
  Rows rows{{paint.bold("chunk"), paint.bold("mode"), "", paint.bold("first"), paint.bold("last"),
             paint.bold("change"), paint.bold("changes that hold")}};
  for (const HistorySeries* one : all) {
    Lines changes;
    for (const HistoryChange& change : one->changes) {
      const std::string text = fmt::format("{:+.1f}% {}", (change.ratio - 1) * 100,
                                           short_date(history.runs[change.run]).substr(0, 10));
      changes.push_back(change.better ? paint.good(text) : paint.bad(text));
    }
    const std::vector<std::optional<double>> figures = figures_in(*one);
    rows.push_back({format_size(one->id.chunk), clip_middle(name_text(one->id.mode), kLongestName),
                    drawn_trend(figures, span, trend),
                    figure_text(one->points.front(), one->metric->scale),
                    figure_text(one->points.back(), one->metric->scale),
                    last_against_first(figures.front(), figures.back()),
                    fmt::format("{}", fmt::join(changes, ", "))});
  }
  return rows;
}

/// The trend as long as `width` has room for.
std::string series_table(const std::vector<const HistorySeries*>& all, const History& history,
                         const Paint& paint, std::size_t width) {
  std::string table;
  for (const std::size_t trend : {kLongestTrend, kLongestTrend / 2, std::size_t{0}}) {
    table = aligned_text(series_rows(all, trend, history, paint),
                         {Align::kRight, Align::kLeft, Align::kLeft, Align::kRight, Align::kRight,
                          Align::kRight, Align::kLeft});
    std::istringstream lines(table);
    bool fits = true;
    for (std::string line; std::getline(lines, line);)
      fits = fits && (width == 0 || shown_width(line) <= width);
    if (fits) break;
  }
  return table;
}

}  // namespace

std::string history_screen(const History& history, bool colour) {
  const Paint paint(colour);
  Lines lines = head_lines_of(history, paint);
  Lines changes = change_lines(history, paint);
  Lines trend = trend_lines(history, paint);
  Lines tail;
  add_titled(tail, "More", "with --details: every case; --plot FILE.svg: a chart; --page FILE.html",
             1, paint);
  const std::size_t room = kScreenLines - lines.size() - tail.size() - 2;
  cut_lines(changes, room - std::min<std::size_t>(trend.size(), room / 2));
  cut_lines(trend, room - changes.size());
  lines.insert(lines.end(), changes.begin(), changes.end());
  lines.emplace_back();
  lines.insert(lines.end(), trend.begin(), trend.end());
  lines.emplace_back();
  lines.insert(lines.end(), tail.begin(), tail.end());
  return as_text(lines);
}

std::string history_details(const History& history, bool colour, std::size_t width) {
  const Paint paint(colour);
  std::string text = as_text(head_lines_of(history, paint)) + as_text(change_lines(history, paint));
  for (std::size_t first = 0; first < history.series.size();) {
    const HistorySeries& head = history.series[first];
    std::vector<const HistorySeries*> all;
    std::size_t end = first;
    for (; end < history.series.size(); ++end) {
      const HistorySeries& one = history.series[end];
      if (one.metric != head.metric || one.id.heading() != head.id.heading()) break;
      all.push_back(&one);
    }
    text += fmt::format(
        "\n{}\n{}",
        paint.bold(fmt::format("{}: {} ({}), {}", name_text(head.id.heading()), head.metric->name,
                               head.metric->shown, better_text(*head.metric))),
        series_table(all, history, paint, width));
    first = end;
  }
  return text + paint.dim(
                    "\nA block per result, or per few, each table over one range; ·: no figure.\n"
                    "a | b: two states, which take no part in trend and changes. change: last\n"
                    "against first, not claimed.\n");
}

}  // namespace splicebench
