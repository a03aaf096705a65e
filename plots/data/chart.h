#pragma once

// A chart as values: computed once from results, drawn by plots/gnuplot as a picture and by
// plots/page in a browser. One file per chart (plots/charts/<name>.cc), which registers itself at
// its end; nothing else knows its name.

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "plots/data/theme.h"
#include "results/model/model.h"

namespace splicebench {

/// What a chart is computed from; see chart_input(). Results and labels have the same size, at
/// least 1; oldest first.
struct ChartInput {
  std::vector<Result> results;
  std::vector<std::string> labels;  ///< a name for each result, not trusted text
  std::vector<ChartMode> modes;     ///< of the results at least
};

/// With the modes of `results`. `labels` may be empty when no chart shows several results.
ChartInput chart_input(std::vector<Result> results, std::vector<std::string> labels);

enum class PointMark {
  filled,
  hollow,
  state,  ///< one of two states, through which no line goes
  none,   ///< nothing was seen at y: the interval alone, and no line either
};

struct ChartPoint {
  double x = 0;      ///< bytes on an axis of chunks, else in the unit of the axis
  double y = 0;      ///< in the unit of the axis
  double low = NAN;  ///< of the interval; not finite: there is none
  double high = NAN;
  PointMark mark = PointMark::filled;
  double share = 1;  ///< of a state: the part of the samples that is in it
  // What is said of it to who points at it; may be empty.
  std::string value{};
  std::string range{};
  std::string count{};
  std::vector<double> layers{};  ///< of a stack, from the bottom: they add up to y

  bool has_interval() const { return std::isfinite(low) && std::isfinite(high); }
  bool is_on_line() const { return mark == PointMark::filled || mark == PointMark::hollow; }
};

struct ChartSeries {
  ChartMode mode;
  std::vector<ChartPoint> points;  ///< ascending in x, finite; a planned x left out is a gap
};

struct AxisMark {
  double value = 0;
  std::string label;
};

struct ChartAxis {
  std::string label;
  std::string unit;      ///< behind a value that is read off it
  std::string better{};  ///< "higher is better"; empty: neither is
  double low = 0;
  double high = 1;
  std::vector<AxisMark> marks;  ///< ascending
  double base = 0;              ///< of a logarithmic axis; 0: linear
  bool zero = false;            ///< 0 is in view however little of the chart is
  double least = -HUGE_VAL;     ///< what lies beyond these stands at the edge
  double most = HUGE_VAL;
  double reach = HUGE_VAL;  ///< of an interval, the axis holds no more than this on either side
};

struct ChartPanel {
  std::string title;
  std::string empty;  ///< why there is no series, when there is none
  std::vector<ChartSeries> series{};
  std::vector<std::int64_t> planned{};  ///< chunks of which a line has points or gaps
  std::vector<double> failed{};         ///< x of samples that failed
  std::vector<ChartPoint> medians{};    ///< a line through all modes
  ChartAxis y{};
};

enum class ChartKind {
  lines,    ///< with bands around them
  bars,     ///< lines of changes with bars, around 0
  stack,    ///< a stack of layers per mode side by side
  samples,  ///< points alone
  curves,   ///< lines without markers
  ranked,   ///< of one chunk: a row per mode, the best first, y from left to right
};

inline constexpr const char* kHigherIsBetter = "higher is better";
inline constexpr const char* kLowerIsBetter = "lower is better";

/// Panels with the same x axis and the same kind of y. On the page a chart of its own.
struct ChartPart {
  std::string name{};
  std::string title{};
  std::vector<ChartPanel> panels{};
  bool own_ranges = false;  ///< the panels' y axes differ in their ranges
};

struct Chart {
  std::string title;
  std::string note;  ///< what a point and a band are
  ChartKind kind = ChartKind::lines;
  ChartAxis x;
  std::vector<ChartMode> legend;
  std::vector<std::string> layers;  ///< names of a stack's
  std::vector<ChartPart> parts;     ///< one below the other; none: there is nothing to draw
  int abreast = 2;                  ///< panels side by side, where there is room
  int group = 0;                    ///< panels after which a new row starts; 0: no such number
  bool full = false;                ///< a picture leaves out the panels that are empty
  bool rows = false;                ///< low panels one below the other, under them one x axis

  std::string missing;  ///< without parts: one sentence, what the results lack
  bool applies = true;  ///< false: nobody would miss it
};

struct ChartType {
  int order = 0;      ///< place among the charts
  std::string name;   ///< of --charts and of the file
  std::string shows;  ///< a line of help
  std::function<Chart(const ChartInput&)> compute;
  bool of_round_trips = false;  ///< from results of ping, not of run
  bool of_two = false;          ///< two results, an older and a newer, rather than any number
};

/// All charts, in order.
const std::vector<ChartType>& charts();

/// What `type` makes of `input`; without parts when it takes another number of results. Of one
/// chunk and three modes or more it is ranked.
Chart compute(const ChartType& type, const ChartInput& input);

/// Adds a chart; a chart's file does this by defining one of these at namespace scope.
struct RegisterChart {
  explicit RegisterChart(ChartType type);
};

}  // namespace splicebench
