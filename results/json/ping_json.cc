#include "results/json/ping_json.h"

#include <fmt/format.h>

#include "results/files/error.h"
#include "results/json/fields.h"
#include "results/json/paired_json.h"
#include "results/json/sample_json.h"
#include "results/verdict/ping_verdict.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

template <Either<ProcessUse> T, typename Visit>
void fields(T& use, Visit& visit) {
  visit("_cpu_seconds", use.cpu);
  visit("_voluntary_switches", use.voluntary);
  visit("_involuntary_switches", use.involuntary);
}

/// Of a block without an error; the histogram apart.
template <Either<PingBlock> T, typename Visit>
void fields(T& block, Visit& visit) {
  visit("seconds", block.seconds);
  if constexpr (Visit::kWrites) visit("round_trips", block.round_trips());
  visit.group("client", block.client);
  visit.group("server", block.server);
  visit.group("relay", block.relay);
  visit("overhead_seconds", block.overhead_seconds, Sign::any);
}

namespace {

ordered_json case_to_json(const PingCase& one) {
  ordered_json object{{"name", ping_name(one.id)}};
  write_id(object, one.id);
  object["floor"] = one.floor;
  object["granted"] = one.granted;
  if (!one.relay_congestion.empty()) object["relay_congestion"] = one.relay_congestion;
  if (one.cross_wakeups) object["cross_wakeups"] = *one.cross_wakeups;
  const PingBlock all = merged(one);
  object["round_trips"] = all.round_trips();
  ordered_json quantiles = ordered_json::object();
  for (const PingQuantile& quantile : kPingQuantiles) {
    if (all.round_trips() == 0) break;
    quantiles[quantile.name] =
        quantile.share == 1 ? all.times.max() : all.times.quantile(quantile.share);
  }
  object["quantiles"] = std::move(quantiles);
  return object;
}

void add_histogram(ordered_json& entry, const std::string& name, const Histogram& histogram) {
  ordered_json lower = ordered_json::array();
  ordered_json counts = ordered_json::array();
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    lower.push_back(bucket.lower);
    counts.push_back(bucket.count);
  }
  entry[name + "_max_ns"] = histogram.max_nanoseconds();
  entry[name + "_ns"] = std::move(lower);
  entry[name + "_counts"] = std::move(counts);
}

/// Of a histogram. Not get(), which makes one of 1.5, true and -1.
std::uint64_t whole_of(const json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  throw UsageError(fmt::format("{} is no whole number of a histogram", value.dump()));
}

Histogram histogram_of(ObjectView entry, const std::string& name) {
  const json& lower = entry.at(name, "_ns");
  const json& counts = entry.at(name, "_counts");
  if (lower.size() != counts.size()) {
    throw UsageError(
        fmt::format("{0}_ns and {0}_counts differ in length; the file was damaged", name));
  }
  std::vector<Histogram::Bucket> buckets;
  buckets.reserve(lower.size());
  for (std::size_t i = 0; i < lower.size(); ++i) {
    buckets.push_back({whole_of(lower[i]), whole_of(counts[i])});
  }
  return {std::move(buckets), whole_of(entry.at(name, "_max_ns"))};
}

}  // namespace

ordered_json ping_block_to_json(const CaseId& id, const PingBlock& block,
                                std::int64_t repetitions) {
  const bool good = block.error.empty();
  const double trips = static_cast<double>(block.round_trips());
  EntryHead head{ping_name(id),  id,          repetitions, block.round,
                 block.sequence, block.start, block.error};
  if (good) {
    head.iterations = block.round_trips();
    head.seconds_per_op = block.seconds / trips;
    head.cpu_per_op = block.relay ? block.relay->cpu / trips : 0;
  }
  ordered_json entry = entry_with(head);
  entry["ping"] = true;
  if (!good) return entry;
  FieldWriter writer(entry);
  fields(block, writer);
  for (const Metric& metric : metrics_of(block, id.chunk)) entry[metric.unit] = metric.value;
  add_histogram(entry, "latency", block.times);
  if (block.service) add_histogram(entry, "service", *block.service);
  return entry;
}

bool is_ping_block(ObjectView entry) { return entry.value("ping", false); }

PingBlock ping_block_from_json(ObjectView entry) {
  PingBlock block;
  require_times(entry);
  FieldReader visit(entry);
  visit("round", block.round);
  visit("sequence", block.sequence);
  visit("start_seconds", block.start);
  if (entry.value("error_occurred", false)) {
    block.error = entry.at("error_message").get<std::string>();
    return block;
  }
  fields(block, visit);
  block.times = histogram_of(entry, "latency");
  std::int64_t iterations = 0;
  visit("iterations", iterations);
  if (iterations != block.round_trips()) {
    throw UsageError(fmt::format("{} iterations of {} round trips; the file was damaged",
                                 iterations, block.round_trips()));
  }
  if (entry.contains("service_ns")) {
    block.service = histogram_of(entry, "service");
    if (block.service->count() != block.times.count()) {
      throw UsageError(fmt::format("{} service times of {} round trips; the file was damaged",
                                   block.service->count(), block.times.count()));
    }
  }
  return block;
}

std::vector<Metric> ping_metrics_from_json(ObjectView entry) {
  std::vector<Metric> metrics;
  require_times(entry);
  FieldReader visit(entry);
  std::int64_t iterations = 0;
  visit("iterations", iterations);
  if (iterations == 0) throw UsageError("a block of no round trips; the file was damaged");
  for (const std::string& unit : ping_units()) {
    if (entry.contains(unit.c_str()))
      visit(unit.c_str(), metrics.emplace_back(Metric{unit, 0}).value);
  }
  return metrics;
}

ordered_json ping_to_json(const Result& result) {
  const PingRun& ping = *result.ping;
  ordered_json cases = ordered_json::array();
  for (const PingCase& one : ping.cases) cases.push_back(case_to_json(one));
  ordered_json paired = ordered_json::array();
  for (const PairedTable& table : compare_pings(result))
    paired.push_back(paired_table_to_json(table));
  return {{"count", ping.options.count},
          {"rate", ping.options.rate},
          {"cases", std::move(cases)},
          {"paired", std::move(paired)}};
}

PingRun ping_from_json(const json& object) {
  PingRun ping;
  FieldReader visit(object);
  visit("count", ping.options.count);
  visit("rate", ping.options.rate);
  for (const json& entry : object.at("cases")) {
    PingCase& one = ping.cases.emplace_back();
    one.id = case_id_from_json(entry);
    FieldReader read(entry);
    read("floor", one.floor);
    read("granted", one.granted);
    read.sparse("relay_congestion", one.relay_congestion);
    read("cross_wakeups", one.cross_wakeups);
  }
  return ping;
}

}  // namespace splicebench
