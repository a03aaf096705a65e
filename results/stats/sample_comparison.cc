#include "results/stats/sample_comparison.h"

#include <fmt/format.h>

#include <cmath>

#include "results/text/go_number.h"

namespace splicebench {

std::int64_t samples_needed(double alpha) {
  constexpr std::int64_t most = 9;
  double ways = 1;  // C(2n, n)
  for (std::int64_t n = 1; n <= most; ++n) {
    ways = ways * static_cast<double>(2 * (2 * n - 1)) / static_cast<double>(n);
    if (2 / ways <= alpha) return n;
  }
  return 0;
}

SampleComparison compare_samples(std::span<const double> old_values,
                                 std::span<const double> new_values, double alpha, TiedTail tail) {
  SampleComparison comparison;
  comparison.alpha = alpha;
  comparison.n_old = static_cast<std::int64_t>(old_values.size());
  comparison.n_new = static_cast<std::int64_t>(new_values.size());
  const UTest test = mann_whitney(old_values, new_values, tail);
  comparison.p = test.p;
  comparison.mirrored = test.mirrored;
  if (test.all_equal) comparison.warnings.emplace_back("all samples are equal");
  if (test.p > alpha) {
    constexpr std::int64_t beyond = 10;
    const std::int64_t needed = samples_needed(alpha);
    const std::int64_t limit = needed == 0 ? beyond : needed;
    comparison.too_few = comparison.n_old < limit && comparison.n_new < limit;
    if (comparison.too_few && !test.all_equal) {
      comparison.warnings.push_back(
          fmt::format("need {} {} samples to detect a difference at alpha level {}",
                      needed == 0 ? ">" : ">=", limit, format_go_float(alpha)));
    }
  }
  return comparison;
}

SampleComparison compare_exact(std::span<const double> old_values,
                               std::span<const double> new_values) {
  SampleComparison comparison;
  comparison.n_old = static_cast<std::int64_t>(old_values.size());
  comparison.n_new = static_cast<std::int64_t>(new_values.size());
  return comparison;
}

std::optional<double> relative_change(double old_centre, double new_centre) {
  if (old_centre == new_centre) return 0;
  if (old_centre == 0) return std::nullopt;
  return new_centre / old_centre - 1;
}

std::string format_delta(const SampleComparison& comparison, double old_centre, double new_centre) {
  if (!comparison.significant()) return "~";
  if (comparison.apart) return fmt::format("{:+.2f}%", std::expm1(comparison.apart->beyond) * 100);
  if (old_centre == new_centre) return "0.00%";
  const std::optional<double> change = relative_change(old_centre, new_centre);
  return change ? fmt::format("{:+.2f}%", *change * 100) : "?";
}

std::string format_p(const SampleComparison& comparison) {
  const std::string sizes = comparison.n_old == comparison.n_new
                                ? fmt::format("n={}", comparison.n_old)
                                : fmt::format("n={}+{}", comparison.n_old, comparison.n_new);
  // As benchstat, which prints no p that is exactly 0 (its wrong one of some tied samples).
  return comparison.p && *comparison.p != 0 ? fmt::format("p={:.3f} {}", *comparison.p, sizes)
                                            : sizes;
}

}  // namespace splicebench
