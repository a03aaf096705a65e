#pragma once

// The page of a chart: heading, legend, a grid of panels, caption. Everything is laid out in pixels
// here and handed to gnuplot as fixed positions, so that SVG and PNG agree and nothing overlaps.

#include <string>
#include <vector>

#include "plots/gnuplot/drawing.h"
#include "plots/gnuplot/legend.h"

namespace splicebench {

class Canvas {
 public:
  /// `rows` x `columns` panels, with room for the y labels of each panel. Throws UsageError when
  /// the height asked for leaves the panels no room.
  Canvas(const Chart& chart, const ChartInput& input, const ChartStyle& style, int rows,
         int columns);

  /// Starts the panel at `row`, `column` (0-based): frame, grid and title. One plot command must
  /// follow, then the next panel.
  void panel(int row, int column, const std::string& title);

  /// Axes of the current panel. A label stands at the last panel of a column and the first of a row
  /// that have an axis.
  void x_axis(const ChartAxis& axis);
  /// The marks as categories: the first at 0, the next at 1.
  void category_axis(const ChartAxis& axis);
  void y_axis(const ChartAxis& axis);

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
  void write_lines(const std::vector<std::string>& lines, double y, double size, double apart);

  std::string title_;
  Paper paper_;
  double top_ = 0;  ///< pixels from the top to the first row of panels
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

}  // namespace splicebench
