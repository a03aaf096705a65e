#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "plots/data/axis.h"
#include "plots/data/caption.h"
#include "plots/data/text.h"
#include "plots/data/theme.h"
#include "plots/page/history/history_page.h"
#include "results/tables/history/history_tables.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr double kWide = 960;        ///< two panels beside each other
constexpr double kNarrow = 400;      ///< one
constexpr double kNoteLetter = 5.9;  ///< mean, of notes
constexpr double kLetter = 7.2;      ///< at most, of the names of modes and panels
constexpr double kEdge = 20;
constexpr double kGap = 30;     ///< between panels
constexpr double kLeft = 46;    ///< of a panel, for the labels of its axis
constexpr double kPlot = 120;   ///< height of what is drawn in a panel
constexpr double kPanel = 190;  ///< the same with title and dates
constexpr double kLegendRow = 20;
constexpr std::size_t kMostRows = 8;  ///< of those that changed

struct TrendPoint {
  std::size_t run = 0;
  double percent = 0;   ///< against the first result
  bool change = false;  ///< a new level begins there
};

struct TrendLine {
  std::string mode;
  std::vector<TrendPoint> points;
};

struct TrendPanel {
  std::string title;
  std::vector<TrendLine> lines{};
};

double percent_of(double figure, double first) { return (figure / first - 1) * 100; }

std::vector<TrendPanel> panels_of_paths(const History& history, const Tracked& metric) {
  std::vector<TrendPanel> panels;
  for (const CommonTrend& one : common_trends(history)) {
    if (one.metric != &metric || one.figures.empty()) continue;
    if (panels.empty() || panels.back().title != one.heading) panels.push_back({one.heading});
    TrendLine& line = panels.back().lines.emplace_back();
    line.mode = one.mode;
    for (std::size_t run = 0; run < one.figures.size(); ++run)
      line.points.push_back({run, percent_of(one.figures[run], one.figures.front())});
  }
  return panels;
}

TrendLine line_of(const HistorySeries& series) {
  TrendLine line{series.id.mode, {}};
  std::optional<double> first;
  for (std::size_t run = 0; run < series.points.size(); ++run) {
    const std::optional<double> figure = figure_of(series, run);
    if (!figure) continue;
    if (!first) first = figure;
    const bool change = std::any_of(series.changes.begin(), series.changes.end(),
                                    [&](const HistoryChange& one) { return one.run == run; });
    line.points.push_back({run, percent_of(*figure, *first), change});
  }
  return line;
}

/// The rows of `metric` with the greatest changes, all their modes.
std::vector<TrendPanel> panels_of_changes(const History& history, const Tracked& metric) {
  std::map<std::string, double> greatest;  // by row
  for (const HistorySeries& one : history.series) {
    for (const HistoryChange& change : one.changes) {
      double& most = greatest[one.id.key()];
      if (one.metric == &metric) most = std::max(most, std::abs(std::log(change.ratio)));
    }
  }
  std::vector<std::pair<double, std::string>> rows;
  for (const auto& [row, most] : greatest) {
    if (most > 0) rows.emplace_back(most, row);
  }
  std::sort(rows.begin(), rows.end(), std::greater<>());
  if (rows.size() > kMostRows) rows.resize(kMostRows);
  std::vector<TrendPanel> panels;
  for (const auto& [most, row] : rows) {
    TrendPanel& panel = panels.emplace_back();
    for (const HistorySeries& one : history.series) {
      if (one.metric != &metric || one.id.key() != row) continue;
      panel.title = fmt::format("{}, {}", one.id.heading(), format_size(one.id.chunk));
      panel.lines.push_back(line_of(one));
    }
  }
  return panels;
}

/// All panels have one scale: what looks larger is.
Range range_of(const std::vector<TrendPanel>& panels) {
  double low = -5;
  double high = 5;
  for (const TrendPanel& panel : panels) {
    for (const TrendLine& line : panel.lines) {
      for (const TrendPoint& one : line.points)
        low = std::min(low, one.percent), high = std::max(high, one.percent);
    }
  }
  return round_range(low, high);
}

std::string text_at(double x, double y, const std::string& text, const char* attributes = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", x, y, attributes,
                     html_escape(text));
}

class Picture {
 public:
  Picture(const History& history, Room room)
      : history_(history),
        modes_(modes_of(history.results)),
        width_(room == Room::kWide ? kWide : kNarrow),
        columns_(room == Room::kWide ? 2 : 1) {}

  std::string svg() {
    const Tracked& metric = *history_.series.front().metric;
    const std::vector<TrendPanel> paths = panels_of_paths(history_, metric);
    const std::vector<TrendPanel> changes = panels_of_changes(history_, metric);
    std::vector<TrendPanel> all = paths;
    all.insert(all.end(), changes.begin(), changes.end());
    range_ = range_of(all);
    double y = heading(metric);
    y = section(paths,
                fmt::format("Each path: geometric mean over its chunks; {} is better",
                            metric.better == Better::kHigher ? "higher" : "lower"),
                y);
    y = section(changes, "Where it changed most; a ring: a new level begins there", y);
    for (const std::string& line :
         fill_lines(caption_of(history_.results.back()), " · ",
                    static_cast<std::size_t>((width_ - 2 * kEdge) / kNoteLetter))) {
      body_ += text_at(kEdge, y, line, " class=\"note\"");
      y += 15;
    }
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1:.0f}\" width=\"{0}\" "
        "height=\"{1:.0f}\" role=\"img\">\n{2}\n<style>{3}</style>\n"
        "<rect class=\"ground\" width=\"{0}\" height=\"{1:.0f}\"/>\n{4}</svg>\n",
        width_, y, kHistoryPictureMark,
        style(false) + "@media (prefers-color-scheme: dark) {" + style(true) + "}", body_);
  }

 private:
  std::string style(bool dark) const {
    const Theme& colours = theme(dark);
    std::string css = fmt::format(
        "text{{font:12px sans-serif;fill:{0}}} .title{{font-weight:bold;font-size:16px}} "
        ".panel{{font-weight:bold}} .note{{fill:{1};font-size:11px}} .ground{{fill:{2}}} "
        ".grid{{stroke:{3}}} .zero{{stroke:{4}}} path{{fill:none;stroke-width:1.8}} "
        ".ring{{fill:{2};stroke-width:2}} ",
        colours.ink, colours.muted, colours.background, colours.grid, colours.zero);
    for (const ChartMode& mode : modes_) {
      const std::string colour = look_of(mode, dark).colour;
      css += fmt::format(".m{0}{{stroke:{1}}} .d{0}{{fill:{1}}} ", mode.slot, colour);
      // Of one engine the tones alone are too much alike.
      if (mode.member > 0) css += fmt::format("path.m{}{{stroke-dasharray:5 3}} ", mode.slot);
    }
    return css;
  }

  static std::size_t letters(double width) { return static_cast<std::size_t>(width / kLetter); }

  int slot_of(const std::string& mode) const {
    const auto found = std::find_if(modes_.begin(), modes_.end(),
                                    [&](const ChartMode& one) { return one.name == mode; });
    return found == modes_.end() ? 0 : found->slot;
  }

  double heading(const Tracked& metric) {
    body_ += text_at(kEdge, 32,
                     fmt::format("{}, in % of the first of {}", metric.name,
                                 counted(std::ssize(history_.runs), "result")),
                     " class=\"title\"");
    double x = kEdge;
    double y = 56;
    for (const ChartMode& mode : modes_) {
      const std::string name = clip_middle(name_text(mode.name), 30);
      const double width = 40 + kLetter * static_cast<double>(name.size());
      if (x > kEdge && x + width > width_ - kEdge) x = kEdge, y += kLegendRow;
      body_ += fmt::format("<path class=\"m{}\" d=\"M{:.0f},{:.0f}h20\"/>\n", mode.slot, x, y - 4);
      body_ += text_at(x + 26, y, name);
      x += width;
    }
    return y + 20;
  }

  double section(const std::vector<TrendPanel>& panels, const std::string& title, double y) {
    if (panels.empty()) return y;
    body_ += text_at(kEdge, y + 8, title, " class=\"note\"");
    y += 22;
    for (std::size_t i = 0; i < panels.size(); ++i) {
      const std::size_t column = i % columns_;
      const double columns = static_cast<double>(columns_);
      const double width = (width_ - 2 * kEdge - kGap * (columns - 1)) / columns;
      draw(panels[i], kEdge + static_cast<double>(column) * (width + kGap), y, width);
      if (column + 1 == columns_ || i + 1 == panels.size()) y += kPanel;
    }
    return y;
  }

  void draw(const TrendPanel& panel, double left, double top, double width) {
    const double from = left + kLeft;
    const double step = (width - kLeft - 32) /
                        static_cast<double>(std::max<std::size_t>(history_.runs.size() - 1, 1));
    const auto x = [&](std::size_t run) { return from + step * static_cast<double>(run); };
    const auto y = [&](double percent) {
      return top + 18 + kPlot * (range_.high - percent) / (range_.high - range_.low);
    };
    body_ += text_at(left, top + 8, clip_middle(name_text(panel.title), letters(width)),
                     " class=\"panel\"");
    for (double mark = range_.low; mark <= range_.high + range_.step / 2; mark += range_.step) {
      body_ += fmt::format("<path class=\"{}\" stroke-width=\"1\" d=\"M{:.1f},{:.1f}H{:.1f}\"/>\n",
                           std::abs(mark) < range_.step / 2 ? "zero" : "grid", from, y(mark),
                           left + width);
      body_ += text_at(from - 6, y(mark) + 4, step_label(mark, range_.step) + "%",
                       " class=\"note\" text-anchor=\"end\"");
    }
    add_dates(x, top + 18 + kPlot + 16);
    for (const TrendLine& line : panel.lines) {
      const int slot = slot_of(line.mode);
      std::string path;
      for (std::size_t i = 0; i < line.points.size(); ++i) {
        const TrendPoint& one = line.points[i];
        const bool next = i > 0 && line.points[i - 1].run + 1 == one.run;  // else a gap
        path += fmt::format("{}{:.1f},{:.1f}", next ? "L" : "M", x(one.run), y(one.percent));
      }
      body_ += fmt::format("<path class=\"m{}\" d=\"{}\"/>\n", slot, path);
      for (const TrendPoint& one : line.points) {
        body_ += fmt::format("<circle class=\"{}{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>\n",
                             one.change ? "ring m" : "d", slot, x(one.run), y(one.percent),
                             one.change ? "5" : "2");
      }
    }
  }

  /// As many dates as there is room for; of one day its times.
  void add_dates(const std::function<double(std::size_t)>& x, double y) {
    const bool one_day = short_date(history_.runs.front()).substr(0, 10) ==
                         short_date(history_.runs.back()).substr(0, 10);
    const double room = one_day ? 46 : 76;
    double last = -room;
    for (std::size_t run = 0; run < history_.runs.size(); ++run) {
      if (x(run) - last < room) continue;
      last = x(run);
      const std::string date = short_date(history_.runs[run]);
      body_ += text_at(last, y, one_day ? date.substr(11) : date.substr(0, 10),
                       " class=\"note\" text-anchor=\"middle\"");
    }
  }

  const History& history_;
  std::vector<ChartMode> modes_;
  double width_;
  std::size_t columns_;  ///< of panels
  Range range_;
  std::string body_;
};

}  // namespace

std::string history_picture(const History& history, Room room) {
  return Picture(history, room).svg();
}

}  // namespace splicebench
