#include <fmt/format.h>

#include "results/formats/export.h"
#include "results/model/hosts/host_names.h"
#include "results/model/metrics.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// Go's tools expect ns/op and MB/s (10^6) and tidy them back to sec/op and B/s.
std::string measurement(const Metric& metric) {
  if (metric.unit == "sec/op") return fmt::format("{} ns/op", metric.value * 1e9);
  if (metric.unit == "B/s") return fmt::format("{} MB/s", metric.value / 1e6);
  return fmt::format("{} {}", metric.value, metric.unit);
}

}  // namespace

std::string to_benchfmt(const Result& result) {
  const Environment& environment = result.environment;
  const RelayMachine machine = relay_machine(result);
  std::string text = fmt::format("kernel: {}\ncpu: {}\ncpus: {}\n", one_line(machine.kernel),
                                 one_line(machine.cpu_model), machine.cpus);
  if (!result.hosts.empty()) text += fmt::format("hosts: {}\n", one_line(hosts_text(result)));
  if (!environment.file_system.empty())
    text += fmt::format("file-system: {}\n", one_line(environment.file_system));
  // Of the lines whose names tell of no other.
  for (const AppliedCondition* one : header_conditions(result)) {
    text += fmt::format("{}: {}\n", kConditions[static_cast<std::size_t>(one->kind)].name,
                        one_line(one->text));
  }
  text += "\n";
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      if (!sample.error.empty()) {
        text += fmt::format("# {}: {}\n", one.id.name(), one_line(sample.error));
        continue;
      }
      text += fmt::format("Benchmark{} {}", one.id.name(), sample.iterations);
      for (const Metric& metric : metrics_of(sample)) text += " " + measurement(metric);
      text += "\n";
    }
  }
  return text;
}

}  // namespace splicebench
