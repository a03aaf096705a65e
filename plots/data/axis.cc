#include "plots/data/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace splicebench {

Prefixed speed_unit(double largest) {
  if (largest >= 1e9) return {1e-9, "GB/s"};
  if (largest >= 1e6) return {1e-6, "MB/s"};
  if (largest >= 1e3) return {1e-3, "kB/s"};
  return {1, "B/s"};
}

Range round_range(double low, double high) {
  if (!(high > low)) {
    const double room = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= room;
    high += room;
  }
  const double rough = (high - low) / 6;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough) {
      step = factor * power;
      break;
    }
  }
  // The small share keeps 0.30000000000000004 from opening another step.
  const double slack = 1e-9;
  return {std::floor(low / step + slack) * step, std::ceil(high / step - slack) * step, step};
}

std::string step_label(double value, double step) {
  int decimals = 0;
  for (double scaled = step; decimals < 9 && std::abs(scaled - std::round(scaled)) > 1e-6 * scaled;
       scaled *= 10) {
    ++decimals;
  }
  const double shown = std::abs(value) < step / 1e6 ? 0 : value;
  return fmt::format("{:.{}f}", shown, decimals);
}

std::vector<std::int64_t> labelled_chunks(const std::vector<std::int64_t>& chunks, double pixels,
                                          double label_pixels) {
  if (chunks.size() < 2) return chunks;
  const double octaves =
      std::log2(static_cast<double>(chunks.back()) / static_cast<double>(chunks.front()));
  const double per_octave = pixels / octaves;
  // Whole octaves between labels give 1, 4, 16 ... rather than an irregular row.
  const double apart = std::max(1.0, std::ceil(label_pixels / per_octave));
  std::vector<std::int64_t> labelled{chunks.front()};
  for (const std::int64_t chunk : chunks) {
    const double distance =
        std::log2(static_cast<double>(chunk) / static_cast<double>(labelled.back()));
    if (distance >= apart - 1e-9) labelled.push_back(chunk);
  }
  return labelled;
}

std::vector<double> spread(std::vector<double> places, double apart, double low, double high) {
  double least = low;
  for (double& place : places) {
    place = std::max(place, least);
    least = place + apart;
  }
  double most = std::max(high, low + apart * (static_cast<double>(places.size()) - 1));
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    *place = std::min(*place, most);
    most = *place - apart;
  }
  return places;
}

}  // namespace splicebench
