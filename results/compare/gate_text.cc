#include <fmt/format.h>

#include <cmath>

#include "results/compare/gate.h"
#include "results/files/error.h"
#include "results/text/go_number.h"
#include "results/text/line.h"

namespace splicebench {

GateLimit parse_gate_limit(std::string_view text) {
  const auto fail = [&]() -> GateLimit {
    throw UsageError(fmt::format(
        "--fail-on '{}': write a unit, > or <, and a change in percent, e.g. 'sec/op>+5%' or "
        "'B/s<-3%', or a percentage alone for anything worse by more, e.g. 5%",
        text));
  };
  GateLimit limit;
  limit.text = text;
  std::string_view number = text;
  const std::size_t sign = text.find_last_of("<>");
  if (sign != std::string_view::npos) {
    if (sign == 0) return fail();
    limit.unit = base_unit(text.substr(0, sign)).unit;
    limit.upward = text[sign] == '>';
    number = text.substr(sign + 1);
  }
  if (!number.ends_with('%')) return fail();
  number.remove_suffix(1);
  const ParsedFloat parsed = parse_go_float(number);
  if (parsed.error != NumberError::kNone || !std::isfinite(parsed.value)) return fail();
  if (!limit.upward && parsed.value < 0) return fail();
  limit.limit = parsed.value / 100;
  return limit;
}

std::string gate_rate(const GateReport& report) {
  return fmt::format(
      "{}, corrected over all of them (Holm): of two results alike at most {:g}% fail",
      counted(report.tests, "test"), report.alpha * 100);
}

std::string format_failure(const GateFailure& failure) {
  const std::string change =
      std::isinf(failure.change) ? "from 0" : fmt::format("{:+.2f}%", failure.change * 100);
  return fmt::format("{} {}{}: {} ({}), {}: beyond {}", failure.unit, failure.row,
                     failure.table.empty() ? "" : " (" + failure.table + ")", change,
                     failure.p_text, failure.column, failure.limit);
}

}  // namespace splicebench
