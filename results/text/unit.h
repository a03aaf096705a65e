#pragma once

// Units of benchmark figures: base units, the prefixes shown with them, and which way is better.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace splicebench {

/// A unit reduced to base units: value * factor is in `unit`.
struct BaseUnit {
  std::string unit;
  double factor = 1;
};

/// ns becomes sec (1e-9) and MB becomes B (1e6) where they stand as a whole word in the numerator;
/// words are separated by '*', '/', '-' and space, the numerator ends at the first '/' and '*'
/// opens it again (golang.org/x/perf benchunit). Everything else stays: ms, KB, MiB.
BaseUnit base_unit(std::string_view unit);

/// Bytes are shown with binary prefixes (Ki, Mi ...), everything else with decimal ones.
enum class UnitClass { kDecimal, kBinary };

/// kBinary when a word of the numerator is B, MB or bytes.
UnitClass unit_class(std::string_view unit);

/// How the values of one row of a table are shown: divided by `factor`, with `decimals`, `prefix`
/// behind.
struct Scale {
  double factor = 1;
  int decimals = 3;
  std::string_view prefix;

  std::string format(double value) const;
};

/// Four significant digits for the smallest non-zero magnitude among `values`, which also chooses
/// the prefix (n to T, or Ki to Ti); at most ten decimals.
Scale common_scale(std::span<const double> values, UnitClass unit_class);

enum class Better { kLower, kHigher };

/// What a unit's own name says: rates (per second) are better higher; time, bytes and counts per
/// operation better lower. Nothing for a unit that says neither.
std::optional<Better> better_of(std::string_view unit);

/// `Unit name key=value` lines of the inputs. The first value of a key stays.
class UnitMetadata {
 public:
  /// False when the key already has another value, which is then in `existing`.
  bool set(std::string_view unit, std::string_view key, std::string_view value,
           std::string* existing);

  /// assume=exact: figures are counts that do not vary, not samples of a distribution.
  bool is_exact(std::string_view base_unit) const;

  /// better=higher|lower where the input says so, else better_of().
  std::optional<Better> better(std::string_view base_unit) const;

 private:
  std::optional<std::string_view> find(std::string_view unit, std::string_view key) const;

  std::map<std::string, std::map<std::string, std::string>, std::less<>> units_;
};

}  // namespace splicebench
