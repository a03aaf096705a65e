#pragma once

// What a chart shows, read back from the SVG that gnuplot wrote.

#include <string>
#include <vector>

namespace splicebench::testing {

struct SvgText {
  double x = 0;  ///< pixels, from the left and from the top
  double y = 0;
  std::string text;  ///< as in the file: entities not resolved
};

struct SvgMark {
  int type = 0;  ///< gnuplot's point type
  double x = 0;
  double y = 0;
  std::string colour;  ///< #rrggbb
};

struct SvgChart {
  std::vector<SvgText> texts;
  std::vector<SvgMark> marks;
  std::vector<std::string> fills;  ///< #rrggbb of every filled shape, in order

  bool has_text(const std::string& text) const;
  /// Marks of one colour, the legend's (left of `from_y` in y) left out.
  std::vector<SvgMark> marks_of(const std::string& colour, int type, double below) const;
};

SvgChart read_svg(const std::string& svg);

/// gnuplot as tests start it: a script from a file, the picture from standard output.
std::string run_gnuplot(const std::string& script);

}  // namespace splicebench::testing
