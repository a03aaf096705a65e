// Names and values right of a panel.

#include <algorithm>
#include <cmath>

#include "plots/data/axis.h"
#include "plots/gnuplot/canvas.h"
#include "plots/gnuplot/legend.h"
#include "results/text/line.h"
#include "results/text/unicode.h"

namespace splicebench {

void Canvas::end_labels(const ChartAxis& axis, std::vector<EndLabel> labels) {
  if (grid_.right <= 0) return;
  constexpr double kApart = kText + 1;
  const auto share_of = [&](double value) {
    const auto place = [&](double one) { return axis.base > 0 ? std::log(one) : one; };
    return (place(std::clamp(value, axis.low, axis.high)) - place(axis.low)) /
           (place(axis.high) - place(axis.low));
  };
  std::sort(labels.begin(), labels.end(),
            [](const EndLabel& a, const EndLabel& b) { return a.value > b.value; });
  std::vector<double> places;
  for (const EndLabel& label : labels)
    places.push_back((1 - share_of(label.value)) * panel_height_);
  places = spread(places, kApart, 0, panel_height_);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    add(paper_.label(clip_middle(one_line(labels[i].text), kMostOfAName),
                     panel_left_ + panel_width_ + 6, panel_top_ + places[i], kText - 1,
                     labels[i].colour));
  }
}

}  // namespace splicebench
