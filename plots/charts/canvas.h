#pragma once

// The page of a chart: heading, legend, a grid of panels, caption. Everything is laid out in pixels
// here and handed to gnuplot as fixed positions, so that SVG and PNG agree and nothing overlaps.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "plots/charts/chart.h"
#include "plots/data/axis.h"
#include "plots/data/theme.h"

namespace splicebench {

/// A swatch and its text in the row under the heading.
struct LegendEntry {
  std::string text;
  std::string colour;
  std::string dash;  ///< empty: a filled box; "none": the marker alone
  int marker = 0;    ///< gnuplot point type; 0: none
  double marker_size = 1;
};

struct Heading {
  std::string title;
  std::string subtitle;  ///< what a point and a band are
};

class Canvas {
 public:
  /// `rows` x `columns` panels, with room for the y labels of each panel. Throws UsageError when
  /// the height asked for leaves the panels no room.
  Canvas(const ChartInput& input, const ChartStyle& style, Heading heading,
         const std::vector<LegendEntry>& legend, int rows, int columns);

  /// Starts the panel at `row`, `column` (0-based): frame, grid and title. One plot command must
  /// follow, then the next panel.
  void panel(int row, int column, const std::string& title);

  /// Log axis of chunk sizes for the current panel; labelled 'chunk size'. A label stands at
  /// the last panel of a column and the first of a row that have an axis.
  void chunk_axis(const std::vector<std::int64_t>& chunks);
  /// The same sizes as categories: the first at 0, the next at 1.
  void category_axis(const std::vector<std::int64_t>& chunks);
  /// From 0 to `high`, in `unit` ("s", "min").
  void time_axis(double high, const std::string& unit);
  /// Percentiles, the rarer the wider: x is 1 / (1 - share), up to `most` times in all.
  void percentile_axis(double most);
  /// Log y axis that holds [low, high], both above 0, with `text` at powers of `base`.
  void log_axis(double low, double high, double base, const std::string& label,
                const std::function<std::string(double)>& text);
  /// Linear y axis for the current panel.
  void value_axis(const Range& range, const std::string& label);

  /// Grey text in the middle of the current panel, in lines that fit, and no axes: the panel is
  /// done.
  void empty_panel(const std::string& text);

  /// A gnuplot command for the current panel.
  void add(const std::string& command);

  double panel_width() const { return panel_width_; }
  double panel_height() const { return panel_height_; }
  const Theme& colours() const { return theme_; }

  Drawing finish();

 private:
  /// Name of an axis, which goes into the script when all panels are known.
  struct AxisLabel {
    int row = 0;
    int column = 0;
    std::size_t at = 0;  ///< place in the script
    std::string command;
  };

  std::string place(double x, double y) const;
  void insert_labels();
  void label_x(const std::string& label);
  void label_y(const std::string& label);
  void write_heading();
  void write_legend(const std::vector<LegendEntry>& legend);
  void write_caption(const std::vector<std::string>& lines);

  const Theme& theme_;
  Heading heading_;
  double width_;
  double height_ = 0;
  std::vector<std::string> subtitle_;  ///< its lines
  double legend_top_ = 0;
  double top_ = 0;     ///< pixels from the top to the first row of panels
  double bottom_ = 0;  ///< pixels below the last row
  double panel_width_ = 0;
  double panel_height_ = 0;
  int row_ = 0;
  int column_ = 0;
  double panel_left_ = 0;  ///< of the current panel, pixels
  double panel_top_ = 0;
  std::vector<AxisLabel> x_labels_;  ///< in the order of the panels
  std::vector<AxisLabel> y_labels_;
  bool first_ = true;
  std::string page_;  ///< labels of heading, legend and caption: drawn with the first panel
  std::string script_;
};

/// As many columns of panels as are `wanted` and can be read side by side.
int columns_that_fit(const ChartStyle& style, int wanted);

/// How one result was measured, in pieces: machine, kernel, date, placement, rounds.
std::vector<std::string> caption_of(const Result& result);

}  // namespace splicebench
