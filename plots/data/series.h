#pragma once

// What several charts share: points of cases, panels of paths, axes.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "plots/data/axis.h"
#include "plots/data/case_points.h"
#include "plots/data/chart.h"

namespace splicebench {

/// Paths with their conditions (Row::heading()) of all results, in their order.
std::vector<std::string> paths_of(const std::vector<Result>& results);

/// Chunk sizes of all results, ascending.
std::vector<std::int64_t> chunks_of(const std::vector<Result>& results);

/// "median of 20 rounds and its 95 % interval", or that there are too few rounds for one.
std::string summary_note(const std::vector<Result>& results);

/// Whether some case has a median that is not its only sample.
bool some_off_their_median(const std::vector<Result>& results);

/// The points of a path by mode; without what is too large to be drawn.
std::vector<ChartSeries> series_of(const std::vector<ChartMode>& modes,
                                   const std::vector<CasePoint>& points, const std::string& path);

/// `of`, with the label of the result where there are several.
std::string panel_title(const ChartInput& input, std::size_t result, const std::string& of);

/// A panel per result and path from the points of each result, and their places in `chart`. One
/// result: two abreast. Several: a row per result, a column per path, so that a path is read down a
/// column.
std::vector<ChartPanel> path_panels(Chart& chart, const ChartInput& input,
                                    const std::vector<std::vector<CasePoint>>& points,
                                    const std::string& empty);

/// Of all series.
std::vector<ChartPoint> points_of(const std::vector<ChartPanel>& panels);

/// Logarithmic, with a mark for each chunk. `chunks` ascending, not empty.
ChartAxis chunk_axis(const std::vector<std::int64_t>& chunks,
                     const std::string& label = "chunk size");

/// A mark at every step.
ChartAxis range_axis(const Range& range, const std::string& label);

/// The highest point or end of an interval; 0 without one above.
double highest(const std::vector<ChartPanel>& panels);

/// From 0 to the highest point or end of an interval, of which it holds no more than three times
/// what is usual: one that is unsure must not press the others flat.
ChartAxis value_axis(const std::vector<ChartPanel>& panels, const std::string& label);

/// Logarithmic, holds all points and intervals as far as they are above 0. There is at least one.
ChartAxis log_axis(const std::vector<ChartPanel>& panels, double base, const std::string& label);

/// Changes in percent. Holds zero, all points and their intervals as value_axis() does. Nothing
/// falls by more than 100 %.
ChartAxis change_axis(const std::vector<ChartPanel>& panels, const std::string& label);

/// Whether the interval of `point` goes on beyond the axis.
bool leaves(const ChartPoint& point, const ChartAxis& axis);

using MakeAxis = std::function<ChartAxis(const std::vector<ChartPanel>&)>;

/// Gives the panels of `part` their y axes: one that holds them all, or where the widest of their
/// own is more than 2.5 times the narrowest, their own. Returns what the note says, behind
/// something else: of own ranges, of cut intervals and of states.
std::string give_axes(ChartPart& part, const std::string& better, const MakeAxis& make);

/// A chart of nothing, with the reason. `applies`: somebody may have hoped for it.
Chart nothing_to_draw(const std::string& title, const std::string& missing, bool applies = true);

}  // namespace splicebench
