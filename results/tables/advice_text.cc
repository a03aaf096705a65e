// The words of a recommendation, the same on the screen, in Markdown and on the page.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "results/model/hosts/host_names.h"
#include "results/tables/first_screen.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// A change in percent, "+24", with a digit more below one.
std::string change(double ratio) {
  const double percent = (ratio - 1) * 100;
  return fmt::format("{:+.{}f}", percent, std::abs(percent) < 0.95 ? 1 : 0);
}

void add_effect(std::vector<std::string>& parts, const char* what, const Effect& effect,
                bool counts) {
  if (effect.claimed == 0) return;
  const std::string low = change(effect.low);
  const std::string high = change(effect.high);
  std::string text =
      low == high ? fmt::format("{} {}%", what, low) : fmt::format("{} {}..{}%", what, low, high);
  if (counts && effect.claimed < effect.all)
    text += fmt::format(" ({} of {})", effect.claimed, effect.all);
  parts.push_back(std::move(text));
}

std::string half_width(double width) {
  return std::isfinite(width) ? fmt::format("±{:.{}f}%", width * 100, width < 0.1 ? 1 : 0)
                              : "any width";
}

}  // namespace

std::string measured_text(const Result& result) {
  const std::vector<std::int64_t> chunks = planned_chunks(result);
  std::string text = result.options.paths.size() == 1
                         ? name_text(result.options.paths.front())
                         : fmt::format("{}", counted(std::ssize(result.options.paths), "path"));
  if (!chunks.empty()) {
    text += ", " + format_size(chunks.front());
    if (chunks.size() > 1) text += " to " + format_size(chunks.back());
  }
  const RelayMachine machine = relay_machine(result);
  return fmt::format("{}, {}, {}; {}, {}, {}", text,
                     counted(std::ssize(result.options.modes), "mode"),
                     counted(result.options.rounds, "round"), name_text(machine.kernel),
                     name_text(machine.cpu_model), counted(machine.cpus, "CPU"));
}

std::string effects_text(const Advice& advice, bool counts) {
  std::vector<std::string> parts;
  add_effect(parts, "throughput", advice.throughput, counts);
  add_effect(parts, "relay CPU", advice.relay_cpu, counts);
  add_effect(parts, "machine CPU", advice.system_cpu, counts);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string reason_text(const Advice& advice) {
  if (advice.answer == Answer::kMaybe) return ": " + doubt_text(advice);
  if (advice.answer == Answer::kNo) return "";
  std::vector<std::string> modes;
  for (const std::string& mode : advice.modes) modes.push_back(name_text(mode));
  if (modes.empty()) return ": which mode depends on the conditions";
  return fmt::format(": {}{}", advice.everywhere ? "" : "mostly ", fmt::join(modes, " or "));
}

std::string advice_text(const Advice& advice, const std::vector<std::int64_t>& chunks) {
  return chunk_ranges(advice.chunks, chunks) + reason_text(advice);
}

std::string trust_text(const Trust& trust) {
  std::string text;
  if (trust.failed > 0)
    text = fmt::format("{} of {} samples failed; ", trust.failed, trust.samples);
  text += fmt::format("95% intervals: half of the rows within {}, all {}",
                      half_width(trust.median_half_width), half_width(trust.worst_half_width));
  if (trust.steal >= 0.001) text += fmt::format("; steal {:.1f}%", trust.steal * 100);
  if (trust.off) {
    text += fmt::format("; samples too long by at most {:.{}f}%", *trust.off * 100,
                        *trust.off < 0.1 ? 2 : 0);
  }
  return text;
}

}  // namespace splicebench
