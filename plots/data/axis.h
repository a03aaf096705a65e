#pragma once

// Numbers of an axis: prefix, range, steps.

#include <cstdint>
#include <string>
#include <vector>

namespace splicebench {

/// A decimal prefix chosen once for an axis: shown = value * factor.
struct Prefixed {
  double factor = 1;
  std::string unit;
};

/// "B/s" with the largest of G, M, k that leaves `largest` at 1 or above.
Prefixed speed_unit(double largest);

/// A range that starts and ends on a step, with 4 to 8 steps of 1, 2, 2.5 or 5 times a power of
/// ten.
struct Range {
  double low = 0;
  double high = 1;
  double step = 0.2;
};

/// The smallest such range around [low, high]; around a single value it is given some room.
Range round_range(double low, double high);

/// `value` of a range's step as the axis shows it: no more decimals than the step has.
std::string step_label(double value, double step);

/// The chunks that get a label on a log axis `pixels` wide: evenly thinned so that labels of
/// `label_pixels` do not touch; the first is always among them. `chunks` ascending.
std::vector<std::int64_t> labelled_chunks(const std::vector<std::int64_t>& chunks, double pixels,
                                          double label_pixels);

/// `places`, ascending, moved as little as they must to lie `apart` from each other within [low,
/// high]; where that has no room for all, they go on beyond `high`.
std::vector<double> spread(std::vector<double> places, double apart, double low, double high);

}  // namespace splicebench
