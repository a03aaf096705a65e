#include "results/stats/case_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <vector>

#include "results/model/metrics.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

std::optional<CaseSummary> summary_of(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return CaseSummary{summarise(values), std::nullopt};
}

std::optional<CaseSummary> summary_with_states(const CaseResult& result, const std::string& unit) {
  std::optional<CaseSummary> summary = summary_of(values_of(result, unit));
  if (summary) summary->states = states_of(result, unit);
  return summary;
}

CpuTime peers_of(const Sample& sample) {
  CpuTime sum = sample.writer.value_or(CpuTime());
  sum += sample.reader.value_or(CpuTime());
  return sum;
}

CpuShares cpu_shares(const CaseResult& result) {
  CpuShares sum;
  double busy = 0;
  bool known = true;
  double bytes = 0;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    sum.relay_user += sample.relay.value_or(CpuTime()).user;
    sum.relay_system += sample.relay.value_or(CpuTime()).system;
    sum.peers += peers_of(sample).total();
    busy += sample.system.busy;
    known = known && sample.system.known;
    bytes += static_cast<double>(sample.bytes);
  }
  // Subtracted once from the sum, not per sample: /proc/stat counts in steps of 10 ms, whose
  // errors cancel over the samples unless each is cut off at zero.
  const double per_gb = bytes > 0 ? 1e9 / bytes : 0;
  if (known)
    sum.rest = per_gb * std::max(0.0, busy - sum.relay_user - sum.relay_system - sum.peers);
  return {sum.relay_user * per_gb, sum.relay_system * per_gb, sum.peers * per_gb, sum.rest};
}

std::vector<double> per_gb(const CaseResult& result, double (*cpu)(const Sample&)) {
  std::vector<double> values;
  for (const Sample& sample : result.samples) {
    if (sample.error.empty() && sample.bytes > 0) values.push_back(sample.per_gb(cpu(sample)));
  }
  return values;
}

std::vector<double> calls_per_mib(const CaseResult& result) {
  std::vector<double> values;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty() || sample.bytes <= 0 || !sample.calls) continue;
    const double mib = static_cast<double>(sample.bytes) / (1024.0 * 1024.0);
    values.push_back(static_cast<double>(sample.calls->total()) / mib);
  }
  return values;
}

double median_share(const CaseResult& one, double (*cpu)(const Sample&)) {
  std::vector<double> shares;
  for (const Sample& sample : one.samples) {
    if (sample.error.empty()) shares.push_back(cpu(sample) / sample.seconds);
  }
  std::sort(shares.begin(), shares.end());
  return median_of_sorted(shares);
}

constexpr double kHalfBusy = 0.5;

Bottleneck bottleneck_of(const CaseResult& one, const Sharing& sharing) {
  const double relay = median_share(
      one, [](const Sample& sample) { return sample.relay.value_or(CpuTime()).total(); });
  const double writer = median_share(
      one, [](const Sample& sample) { return sample.writer.value_or(CpuTime()).total(); });
  const double reader = median_share(
      one, [](const Sample& sample) { return sample.reader ? sample.reader->total() : 0.0; });
  const bool has_reader = reader > 0;
  std::vector<Bottleneck> cpus{{"relay", relay, true}};
  if (sharing.writer) {
    cpus.front().processes = "writer+relay";
    cpus.front().share += writer;
  }
  if (sharing.reader && has_reader) {
    cpus.front().processes += "+reader";
    cpus.front().share += reader;
  }
  if (sharing.peers && has_reader) {
    cpus.push_back({"writer+reader", writer + reader, false});
  } else {
    if (!sharing.writer) cpus.push_back({"writer", writer, false});
    if (!sharing.reader && has_reader) cpus.push_back({"reader", reader, false});
  }
  const auto busiest =
      std::max_element(cpus.begin(), cpus.end(),
                       [](const Bottleneck& x, const Bottleneck& y) { return x.share < y.share; });
  if (busiest->share >= kHalfBusy) return *busiest;
  return {kWaiting, 1 - busiest->share, true};
}

}  // namespace

std::string states_text(const TwoStates& states, double scale) {
  const double low_percent = std::round(states.low_share * 100);
  return fmt::format("{} | {} ({:.0f}% | {:.0f}%)", three_digits(states.low * scale),
                     three_digits(states.high * scale), low_percent, 100 - low_percent);
}

CaseFigures figures_of(const CaseResult& result, const Sharing& sharing) {
  CaseFigures figures;
  figures.id = result.id;
  for (const Sample& sample : result.samples) {
    ++(sample.error.empty() ? figures.good : figures.failed);
  }
  if (figures.good == 0) return figures;
  figures.throughput = summary_with_states(result, "B/s");
  figures.relay_cpu = summary_with_states(result, "relay-cpu-sec/GB");
  figures.peers_cpu =
      summary_of(per_gb(result, [](const Sample& sample) { return peers_of(sample).total(); }));
  figures.processes_cpu = summary_of(per_gb(result, [](const Sample& sample) {
    return sample.relay.value_or(CpuTime()).total() + peers_of(sample).total();
  }));
  figures.system_cpu = summary_of(values_of(result, "system-cpu-sec/GB"));
  figures.bytes_per_call = summary_of(values_of(result, "B/call"));
  figures.calls_per_mib = summary_of(calls_per_mib(result));
  figures.cpu = cpu_shares(result);
  figures.bottleneck = bottleneck_of(result, sharing);
  return figures;
}

std::vector<CaseFigures> figures_of(const Result& result) {
  std::vector<CaseFigures> figures;
  for (const CaseResult& one : result.cases)
    figures.push_back(figures_of(one, sharing_of(result, one.id)));
  return figures;
}

std::vector<std::int64_t> planned_chunks(const Result& result) {
  std::set<std::int64_t> chunks(result.options.chunks.begin(), result.options.chunks.end());
  for (const CaseResult& one : result.cases) chunks.insert(one.id.chunk);
  return {chunks.begin(), chunks.end()};
}

std::vector<std::int64_t> planned_chunks(const Result& one, const Result& other) {
  const std::vector<std::int64_t> first = planned_chunks(one);
  const std::vector<std::int64_t> second = planned_chunks(other);
  std::vector<std::int64_t> both;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(),
                        std::back_inserter(both));
  return both;
}

}  // namespace splicebench
