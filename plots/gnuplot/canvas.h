#pragma once

// The page of a chart: heading, legend, a grid of panels, caption. Everything is laid out in pixels
// here and handed to gnuplot as fixed positions, so that SVG and PNG agree and nothing overlaps.

#include <string>
#include <vector>

#include "plots/gnuplot/drawing.h"
#include "plots/gnuplot/legend.h"

namespace splicebench {

/// Of panels, in pixels.
struct Grid {
  int rows = 1;
  int columns = 1;
  double left = 40;     ///< of a panel, for the labels of its y axis
  double right = 0;     ///< of a panel, for names or values
  double height = 230;  ///< of a row, where the height is not asked for
};

/// A name at the height of `value` on the y axis, right of the panel.
struct EndLabel {
  double value = 0;
  std::string text;
  std::string colour;
};

class Canvas {
 public:
  /// Throws UsageError when the height asked for leaves the panels no room.
  Canvas(const Chart& chart, const ChartInput& input, const ChartStyle& style, const Grid& grid);

  /// Starts the panel at `row`, `column` (0-based): frame, grid and title. One plot command must
  /// follow, then the next panel.
  void panel(int row, int column, const std::string& title);

  /// Axes of the current panel. A label stands at the last panel of a column and the first of a row
  /// that have an axis. `marked`: marks have their labels.
  void x_axis(const ChartAxis& axis, bool marked = true);
  /// The marks as categories: the first at 0, the next at 1.
  void category_axis(const ChartAxis& axis);
  void y_axis(const ChartAxis& axis);
  /// For rows of names, the first on top: `values` from left to right.
  void ranked_axes(const ChartAxis& values, const std::vector<std::string>& names);

  /// Moved apart where they would touch; none where the grid has no room for them.
  void end_labels(const ChartAxis& axis, std::vector<EndLabel> labels);

  /// Grey text in the middle of the current panel, in lines that fit, and no axes: the panel is
  /// done.
  void empty_panel(const std::string& text);

  /// A gnuplot command for the current panel.
  void add(const std::string& command);

  const Theme& colours() const { return paper_.theme; }

  Drawing finish();

 private:
  /// Name of an axis, which goes into the script when all panels are known.
  struct AxisLabel {
    int row = 0;
    int column = 0;
    std::size_t at = 0;  ///< place in the script
    std::string command;
  };

  void insert_labels();
  void label_x(const std::string& label);
  std::string y_label(const ChartAxis& axis) const;
  void write_lines(const std::vector<std::string>& lines, double y, double size, double apart);

  std::string title_;
  Paper paper_;
  Grid grid_;
  bool parts_differ_;  ///< in what is better
  double top_ = 0;     ///< pixels from the top to the first row of panels
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

/// As many columns of panels as are `wanted` and can be read side by side; `beside`: pixels that a
/// panel takes left and right of its frame.
int columns_that_fit(const ChartStyle& style, int wanted, double beside);

}  // namespace splicebench
