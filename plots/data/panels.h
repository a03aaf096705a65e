#pragma once

// What several charts share: which panels there are, and lines over chunk sizes in them.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "plots/charts/canvas.h"
#include "plots/charts/chart.h"
#include "plots/data/theme.h"
#include "results/stats/case_figures.h"

namespace splicebench {

/// A panel shows one path of one result.
struct PathPanel {
  std::size_t result = 0;  ///< index in the input
  std::string path;
  std::string title;  ///< the path; with the result's label when there are several
  int row = 0;
  int column = 0;
};

struct PanelGrid {
  std::vector<PathPanel> panels;
  int rows = 0;
  int columns = 0;
};

/// One result: its paths, two abreast (a single one alone). Several: a row per result, a column per
/// path, so that a path is read down a column. A narrow chart has fewer columns.
PanelGrid path_panels(const ChartInput& input, const ChartStyle& style);

/// Paths of all results, in their order.
std::vector<std::string> paths_of(const std::vector<Result>& results);

/// Chunk sizes of all results, ascending.
std::vector<std::int64_t> chunks_of(const std::vector<Result>& results);

/// Legend of all modes, with line, dash and marker.
std::vector<LegendEntry> mode_legend(const ModeLooks& looks);

/// "median of 20 rounds with its 95 % interval", or that there are too few rounds for one.
std::string summary_note(const ChartInput& input);

/// Whether some case has a median that is not its only sample.
bool some_off_their_median(const std::vector<Result>& results);
inline constexpr const char* kNoneOffItsMedian =
    "no case has two good samples, so none is off a median";

struct LinePoint {
  std::int64_t chunk = 0;
  double centre = 0;
  double low = 0;  ///< not finite: no interval
  double high = 0;
  bool filled = true;  ///< marker
};

struct Line {
  ModeLook look;
  std::vector<LinePoint> points;  ///< by chunk, ascending; a chunk left out is a gap in the line
};

enum class Interval { band, bars };

/// The axis of changes in percent that all panels of a chart share.
struct ChangeFrame {
  Range range;
  bool cut = false;  ///< an interval leaves it

  /// What the subtitle says of it, behind something else.
  std::string note() const { return cut ? "; an arrow head: the interval goes on" : ""; }
};

/// Holds zero, all points and their intervals, but of an interval no more than three times what is
/// usual: one that is unsure must not press the others flat. Nothing falls by more than 100 %.
ChangeFrame change_frame(const std::vector<std::vector<Line>>& panels);

/// Draws lines in the current panel of `canvas`, whose axes are set. `planned`: the chunks of which
/// a line has points or gaps, not all of the axis when other results have others. At least one line
/// has a point. A bar that leaves `frame` ends there in an arrow head.
void plot_lines(Canvas& canvas, const std::vector<Line>& lines,
                const std::vector<std::int64_t>& planned, Interval interval,
                const Range& frame = {-INFINITY, INFINITY, 0});

/// Widens `extent`, of a log axis, to hold a figure and the ends of its interval, as far as there
/// is one and it lies above 0.
void include(Range& extent, const Summary& summary);

/// Points in the order of their chunks, as plot_lines needs them.
void sort_by_chunk(Line& line);

/// Changes in percent in the current panel: axes, a line at zero, lines with bars. `chunks`: of the
/// axis.
void plot_changes(Canvas& canvas, const std::vector<Line>& lines,
                  const std::vector<std::int64_t>& chunks, const std::vector<std::int64_t>& planned,
                  const ChangeFrame& frame, const std::string& axis);

/// A drawing of nothing, with the reason.
Drawing nothing_to_draw(const std::string& title, const std::string& missing);

}  // namespace splicebench
