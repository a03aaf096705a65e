#include "results/text/go_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace splicebench {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equals_ignoring_case(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return lower(a) == b; });
}

/// Go's rule: an underscore stands between digits; the prefix 0x counts as one.
bool underscores_ok(std::string_view digits, bool hex) {
  bool after_digit = hex;
  bool after_underscore = false;
  for (const char c : digits) {
    if (c == '_') {
      if (!after_digit) return false;
      after_digit = false;
      after_underscore = true;
      continue;
    }
    const bool digit = is_digit(c) || (hex && lower(c) >= 'a' && lower(c) <= 'f');
    if (after_underscore && !digit) return false;
    after_digit = digit;
    after_underscore = false;
  }
  return !after_underscore;
}

/// What from_chars calls out of range is either end of the scale: a negative decimal exponent of
/// the leading digit means too small.
bool is_underflow(std::string_view unsigned_text, bool hex) {
  const char mark = hex ? 'p' : 'e';
  const std::size_t end =
      std::min(unsigned_text.size(),
               static_cast<std::size_t>(std::find_if(unsigned_text.begin(), unsigned_text.end(),
                                                     [&](char c) { return lower(c) == mark; }) -
                                        unsigned_text.begin()));
  const std::string_view mantissa = unsigned_text.substr(0, end);
  std::int64_t exponent = 0;
  if (end < unsigned_text.size()) {
    std::string_view text = unsigned_text.substr(end + 1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    static_cast<void>(rest);
    if (error != std::errc{}) exponent = std::numeric_limits<std::int64_t>::max() / 8;
    if (negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return true;
  const std::int64_t leading =
      static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);  // <= 0: a fraction
  return exponent + leading * (hex ? 4 : 1) < 0;
}

ParsedFloat parse_digits(std::string_view text, bool negative) {
  const bool hex = text.size() > 2 && text[0] == '0' && lower(text[1]) == 'x';
  if (hex) text.remove_prefix(2);
  std::string cleaned;
  if (text.find('_') != std::string_view::npos) {
    if (!underscores_ok(text, hex)) return {0, NumberError::kSyntax};
    cleaned.assign(text);
    std::erase(cleaned, '_');
    text = cleaned;
  }
  // from_chars takes words and signs of its own, and hexadecimal without the exponent Go demands.
  if (text.empty() || !(is_digit(text[0]) || text[0] == '.' ||
                        (hex && std::isxdigit(static_cast<unsigned char>(text[0])) != 0)))
    return {0, NumberError::kSyntax};
  if (hex && text.find_first_of("pP") == std::string_view::npos) return {0, NumberError::kSyntax};
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(
      text.data(), end, value, hex ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::invalid_argument || rest != end) return {0, NumberError::kSyntax};
  if (error == std::errc::result_out_of_range) {
    if (!is_underflow(text, hex)) return {0, NumberError::kRange};
    value = 0;
  }
  return {negative ? -value : value, NumberError::kNone};
}

}  // namespace

ParsedFloat parse_go_float(std::string_view text) {
  if (text.empty()) return {0, NumberError::kSyntax};
  const bool negative = text.front() == '-';
  const bool is_signed = negative || text.front() == '+';
  if (is_signed) text.remove_prefix(1);
  if (text.empty()) return {0, NumberError::kSyntax};
  const char first = lower(text.front());
  if (first == 'i') {
    if (!equals_ignoring_case(text, "inf") && !equals_ignoring_case(text, "infinity"))
      return {0, NumberError::kSyntax};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {negative ? -infinity : infinity, NumberError::kNone};
  }
  if (first == 'n') {
    if (is_signed || !equals_ignoring_case(text, "nan")) return {0, NumberError::kSyntax};
    return {std::numeric_limits<double>::quiet_NaN(), NumberError::kNone};
  }
  return parse_digits(text, negative);
}

ParsedInt parse_go_int(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return {0, NumberError::kSyntax};
  }
  ParsedInt parsed;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, parsed.value);
  if (error == std::errc::invalid_argument || rest != end) {
    parsed.error = NumberError::kSyntax;
  } else if (error == std::errc::result_out_of_range) {
    parsed.error = NumberError::kRange;
  }
  return parsed;
}

std::string format_go_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> buffer{};
  const std::to_chars_result scientific = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view text(buffer.data(),
                              static_cast<std::size_t>(scientific.ptr - buffer.data()));
  int exponent = 0;
  const std::string_view digits = text.substr(text.find('e') + 1);
  std::from_chars(digits.data() + (digits.front() == '+' ? 1 : 0), digits.data() + digits.size(),
                  exponent);
  if (value != 0 && (exponent < -4 || exponent >= 6)) return std::string(text);
  std::array<char, 32> fixed{};
  const std::to_chars_result result =
      std::to_chars(fixed.data(), fixed.data() + fixed.size(), value, std::chars_format::fixed);
  return std::string(fixed.data(), result.ptr);
}

std::string format_fixed(double value, int decimals) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace splicebench
