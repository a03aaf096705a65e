#include "results/json/result_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "results/json/conditions_json.h"
#include "results/json/facts/hosts_json.h"
#include "results/json/paired_json.h"
#include "results/json/ping_json.h"
#include "results/json/sample_json.h"
#include "results/model/hosts/host_names.h"
#include "results/model/metrics.h"
#include "results/stats/case_figures.h"
#include "results/stats/summary.h"
#include "results/verdict/warnings.h"

namespace splicebench {

using nlohmann::ordered_json;

namespace {

ordered_json summary_to_json(const CaseSummary& summary) {
  ordered_json object{{"centre", summary.centre},
                      {"low", json_number(summary.low)},
                      {"high", json_number(summary.high)},
                      {"confidence", summary.confidence},
                      {"n", summary.n}};
  if (summary.states) {
    object["states"] = {{"low", summary.states->low},
                        {"high", summary.states->high},
                        {"low_share", summary.states->low_share}};
  }
  return object;
}

ordered_json summaries_of(const CaseResult& result) {
  ordered_json summaries = ordered_json::object();
  const std::vector<double> per_op = values_of(result, "sec/op");
  if (per_op.empty()) return summaries;
  summaries["sec/op"] = summary_to_json(CaseSummary{summarise(per_op), two_states_of(per_op)});
  const CaseFigures figures = figures_of(result);
  for (const auto& [unit, summary] :
       {std::pair("B/s", figures.throughput), std::pair("relay-cpu-sec/GB", figures.relay_cpu),
        std::pair("peers-cpu-sec/GB", figures.peers_cpu),
        std::pair("system-cpu-sec/GB", figures.system_cpu),
        std::pair("B/call", figures.bytes_per_call)}) {
    if (summary) summaries[unit] = summary_to_json(*summary);
  }
  return summaries;
}

ordered_json case_to_json(const CaseResult& result) {
  ordered_json object{{"name", result.id.name()}};
  write_id(object, result.id);
  object["granted"] = result.granted;
  if (!result.relay_congestion.empty()) object["relay_congestion"] = result.relay_congestion;
  object["summaries"] = summaries_of(result);
  return object;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

/// After the entries of a case, from `first` on, their median as Google Benchmark writes it: its
/// compare.py prints that, and of single repetitions no more than a p. Nothing of errors alone.
void add_median(ordered_json& entries, std::size_t first) {
  std::vector<double> real_times;
  std::vector<double> cpu_times;
  for (std::size_t i = first; i < entries.size(); ++i) {
    if (entries[i].contains("error_occurred")) continue;
    real_times.push_back(entries[i]["real_time"].get<double>());
    cpu_times.push_back(entries[i]["cpu_time"].get<double>());
  }
  if (real_times.empty()) return;
  const std::size_t count = real_times.size();
  const ordered_json& any = entries[first];
  ordered_json median;
  median["name"] = any["name"].get<std::string>() + "_median";
  for (const char* key : {"run_name", "run_type", "repetitions", "threads"}) median[key] = any[key];
  median["run_type"] = "aggregate";
  median["aggregate_name"] = "median";
  median["aggregate_unit"] = "time";
  median["iterations"] = count;
  median["real_time"] = median_of(std::move(real_times));
  median["cpu_time"] = median_of(std::move(cpu_times));
  for (const char* key : {"time_unit", "path", "chunk", "mode"}) median[key] = any[key];
  entries.push_back(std::move(median));
}

/// Google Benchmark's, as far as it is true of this run. Its own reporter would add `caches` and
/// `library_build_type` of the machine and library that write the file, which after a resume or
/// from an older file are not those that measured. And the conditions of entries whose names tell
/// of no others, for compare, which reads no further than the entries.
ordered_json context_to_json(const Result& result) {
  const Environment& environment = result.environment;
  ordered_json context{{"date", environment.date},
                       {"host_name", environment.host},
                       {"executable", environment.executable},
                       {"num_cpus", environment.cpus},
                       {"mhz_per_cpu", std::llround(environment.mhz)},
                       {"cpu_scaling_enabled",
                        !environment.governor.empty() && environment.governor != "performance"},
                       {"load_avg", environment.load_average},
                       {"json_schema_version", 1}};
  for (const AppliedCondition* one : header_conditions(result))
    context[kConditions[static_cast<std::size_t>(one->kind)].name] = one->text;
  if (!result.hosts.empty()) context[kHostsKey] = hosts_text(result);
  return context;
}

}  // namespace

std::string to_json(const Result& result) {
  ordered_json file;
  file["context"] = context_to_json(result);
  ordered_json benchmarks = ordered_json::array();
  ordered_json cases = ordered_json::array();
  for (const CaseResult& entry : result.cases) {
    const std::size_t first = benchmarks.size();
    for (const Sample& sample : entry.samples) {
      benchmarks.push_back(sample_to_json(entry.id, sample, result.options.rounds));
    }
    add_median(benchmarks, first);
    cases.push_back(case_to_json(entry));
  }
  if (result.ping) {
    for (const PingCase& one : result.ping->cases) {
      const std::size_t first = benchmarks.size();
      for (const PingBlock& block : one.blocks) {
        benchmarks.push_back(ping_block_to_json(one.id, block, result.options.rounds));
      }
      add_median(benchmarks, first);
    }
  }
  file["benchmarks"] = std::move(benchmarks);

  ordered_json warnings = ordered_json::array();
  for (const Warning& warning : all_warnings(result)) {
    warnings.push_back(warning_to_json(warning));
  }
  ordered_json paired = ordered_json::array();
  for (const PairedTable& table : compare_modes(result)) {
    if (!result.ping) paired.push_back(paired_table_to_json(table));
  }
  file["splicebench"] = {{"schema_version", kResultSchemaVersion},
                         {"complete", result.complete},
                         {"wall_seconds", result.wall_seconds},
                         {"rounds_seconds", result.rounds_seconds},
                         {"options", options_to_json(result.options)},
                         {"environment", environment_to_json(result.environment)},
                         {"conditions", conditions_to_json(result.conditions)},
                         {"cases", std::move(cases)},
                         {"paired", std::move(paired)},
                         {"warnings", std::move(warnings)}};
  write_hosts(file["splicebench"], result.hosts);
  if (result.ping) {
    file["splicebench"]["ping"] = ping_to_json(result);
  } else {
    file["splicebench"]["verdict"] = recommendation_to_json(recommend(result, verdict_of(result)));
  }
  // Host names and errors come from outside and may be no UTF-8: replaced, not thrown about.
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
