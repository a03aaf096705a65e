#pragma once

// Charts of invented results, as scripts and read back from their pictures.

#include <string>
#include <vector>

#include "plots/gnuplot/drawing.h"
#include "plots/testing/svg.h"
#include "plots/testing/synthetic.h"

namespace splicebench::testing {

/// Pixels from the top below which the panels stand, under heading and legend.
inline constexpr double kHeading = 90;

struct Drawn {
  std::string title;
  std::string script;   ///< empty: nothing to draw
  std::string missing;  ///< and why
  Drawing drawing;
};

/// The chart `name` of results A.json, B.json ...
Drawn draw(const std::string& name, const std::vector<Result>& results,
           const ChartStyle& style = {});
SvgChart draw_svg(const std::string& name, const std::vector<Result>& results,
                  const ChartStyle& style = {});

/// Of a mode's slot, on light ground.
const std::string& colour(int slot);

/// y of the axis label `text` that is nearest to the top.
double label_y(const SvgChart& chart, const std::string& text);

SyntheticOptions one_path();

/// Ends of intervals in a script that lie outside of the range of their panel.
int ends_outside(const std::string& script);

/// Round trips of two sizes, in some rounds slower by `slower`.
Result pings(double slower);

}  // namespace splicebench::testing
