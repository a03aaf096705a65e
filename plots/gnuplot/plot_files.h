#pragma once

// The charts of some results as files in a directory.

#include <string>
#include <vector>

#include "plots/data/chart.h"
#include "plots/gnuplot/gnuplot.h"

namespace splicebench {

struct PlotRequest {
  std::vector<Result> results;      ///< oldest first
  std::vector<std::string> files;   ///< that they were read from
  std::vector<std::string> labels;  ///< a name for each
  ChartStyle style;
  std::vector<std::string> charts;  ///< names; empty: all that have something to show
  std::vector<PictureFormat> formats{PictureFormat::svg, PictureFormat::png};
  std::string directory;  ///< made when it is not there
  bool keep_scripts =
      false;  ///< also <chart>.gp, which draws the chart again when given to gnuplot
};

struct PlotReport {
  std::vector<std::string> files;    ///< written, in the order of the charts
  std::vector<std::string> missing;  ///< "<chart>: why it was left out" of what was to be expected,
                                     ///< only when all were asked for
};

/// Draws everything before it writes anything, each file whole or not at all. Throws UsageError for
/// an unknown chart, one asked for by name that has nothing to show, or when no chart has;
/// std::system_error for a directory that cannot be written; what `gnuplot` throws.
PlotReport write_charts(const PlotRequest& request, const Gnuplot& gnuplot);

}  // namespace splicebench
