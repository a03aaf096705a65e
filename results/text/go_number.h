#pragma once

// Numbers as Go's strconv and fmt read and write them, for the formats that are defined by it.

#include <cstdint>
#include <string>
#include <string_view>

namespace splicebench {

enum class NumberError { kNone, kSyntax, kRange };

struct ParsedFloat {
  double value = 0;
  NumberError error = NumberError::kNone;
};

/// strconv.ParseFloat: decimal and hexadecimal (0x1p4), digits grouped by single underscores,
/// Inf/Infinity/NaN in any case. Correctly rounded; too small is 0, too large kRange.
ParsedFloat parse_go_float(std::string_view text);

struct ParsedInt {
  std::int64_t value = 0;
  NumberError error = NumberError::kNone;
};

/// strconv.ParseInt with base 10 and 64 bits: an optional sign and digits.
ParsedInt parse_go_int(std::string_view text);

/// fmt.Sprint of a float64: the shortest digits that read back as the same value, with an exponent
/// of at least two digits where the decimal exponent is below -4 or at least 6 ("1e+06").
std::string format_go_float(double value);

/// fmt.Sprintf("%.*f"): fixed `decimals`; "+Inf", "-Inf", "NaN".
std::string format_fixed(double value, int decimals);

}  // namespace splicebench
