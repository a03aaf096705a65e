#include "results/formats/go_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/files/error.h"
#include "results/text/go_number.h"
#include "results/text/unicode.h"

namespace splicebench {

namespace {

class GoTextReader {
 public:
  GoTextReader(const std::string& name, RecordSink& sink) : name_(name), sink_(sink) {
    record_.settings = &settings_;
  }

  void line(std::string_view text, bool ended);
  ReadReport take_report() {
    report_.lines = line_;
    return std::move(report_);
  }
  [[noreturn]] void too_long() const {
    throw UsageError(
        fmt::format("{}:{}: line longer than {} KiB; this is no Go benchmark text, give the output "
                    "of 'go test -bench' or a JSON result",
                    name_, line_ + 1, kLongestLine / 1024));
  }

 private:
  /// Each returns the reason why the line cannot be used; empty when it was.
  std::string result_line(std::string_view text);
  std::string unit_line(std::string_view text);
  bool setting_line(std::string_view text);
  void set(std::string_view key, std::string_view value);

  const std::string& name_;
  RecordSink& sink_;
  ReadReport report_;
  std::uint64_t line_ = 0;
  std::vector<Setting> settings_;
  Record record_;
};

std::string number_error(std::string_view what, NumberError error) {
  return fmt::format("parsing {}: {}", what,
                     error == NumberError::kRange ? "value out of range" : "invalid syntax");
}

std::string GoTextReader::result_line(std::string_view text) {
  std::string_view rest = text.substr(std::string_view("Benchmark").size());
  record_.name = leading_word(rest);
  record_.measurements.clear();
  rest.remove_prefix(record_.name.size());
  if (rest.empty()) return "";  // `go test -v` announces a benchmark by its bare name

  const std::string_view iterations = take_field(rest);
  if (iterations.empty()) return "missing iteration count";
  const ParsedInt count = parse_go_int(iterations);
  if (count.error != NumberError::kNone) return number_error("iteration count", count.error);
  if (rest.empty()) return "missing measurements";
  while (!rest.empty()) {
    const ParsedFloat value = parse_go_float(take_field(rest));
    if (value.error != NumberError::kNone) return number_error("measurement", value.error);
    const std::string_view unit = take_field(rest);
    if (unit.empty()) return "missing units";
    // benchstat takes it and never returns from comparing it.
    if (std::isnan(value.value)) return "measurement is NaN, which cannot be compared";
    record_.measurements.push_back({value.value, unit});
  }
  sink_.record(record_);
  ++report_.records;
  return "";
}

std::string GoTextReader::unit_line(std::string_view text) {
  const std::string_view unit = take_field(text);
  if (unit.empty()) return "missing unit";
  while (!text.empty()) {
    const std::string_view pair = take_field(text);
    const std::size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string_view::npos) return "expected key=value";
    std::string conflict =
        sink_.unit_metadata(unit, pair.substr(0, equals), pair.substr(equals + 1));
    if (!conflict.empty()) return conflict;
  }
  return "";
}

void GoTextReader::set(std::string_view key, std::string_view value) {
  const auto found = std::find_if(settings_.begin(), settings_.end(),
                                  [&](const Setting& setting) { return setting.key == key; });
  if (value.empty()) {
    if (found == settings_.end()) return;
    settings_.erase(found);
  } else if (found == settings_.end()) {
    settings_.push_back({std::string(key), std::string(value)});
  } else if (found->value != value) {
    found->value = value;
  } else {
    return;
  }
  ++record_.settings_version;
}

bool GoTextReader::setting_line(std::string_view text) {
  if (!is_lower(first_rune(text).value)) return false;
  std::size_t at = 0;
  while (at < text.size() && text[at] != ':') {
    const Rune rune = first_rune(text.substr(at));
    if (is_space(rune.value) || is_upper(rune.value)) return false;
    at += rune.length;
  }
  if (at == text.size()) return false;
  const std::string_view key = text.substr(0, at);
  std::string_view value = text.substr(at + 1);
  if (!value.empty() && value.front() != ' ' && value.front() != '\t') return false;
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  set(key, value);
  return true;
}

void GoTextReader::line(std::string_view text, bool ended) {
  ++line_;
  if (text.ends_with('\r')) text.remove_suffix(1);
  std::string reason;
  if (text.starts_with("Benchmark")) {
    reason = result_line(text);
  } else if (text.starts_with("Unit")) {
    std::string_view rest = text;
    if (take_field(rest) == "Unit") reason = unit_line(rest);
  } else if (setting_line(text)) {
    return;
  }
  if (reason.empty()) return;
  if (!ended) {
    throw UsageError(
        fmt::format("{}:{}: the file ends within this line ({}); it is truncated, write it again",
                    name_, line_, reason));
  }
  report_.add(fmt::format("{}:{}: {}", name_, line_, reason));
}

}  // namespace

ReadReport read_go_text(Window& window, const std::string& name, RecordSink& sink) {
  GoTextReader reader(name, sink);
  while (true) {
    const std::string_view view = window.view();
    const std::size_t end = view.find('\n');
    if (std::min(end, view.size()) > kLongestLine) reader.too_long();
    if (end != std::string_view::npos) {
      reader.line(view.substr(0, end), true);
      window.consume(end + 1);
    } else if (!window.fill()) {
      break;
    }
  }
  const bool unended = !window.view().empty();
  if (unended) reader.line(window.view(), false);
  ReadReport report = reader.take_report();
  report.unended = unended;
  return report;
}

}  // namespace splicebench
