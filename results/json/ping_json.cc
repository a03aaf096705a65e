#include "results/json/ping_json.h"

#include "results/files/error.h"
#include "results/json/paired_json.h"
#include "results/json/sample_json.h"
#include "results/verdict/ping_verdict.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

void put_use(ordered_json& entry, const std::string& who, const ProcessUse& use) {
  entry[who + "_cpu_seconds"] = use.cpu;
  put(entry, who + "_voluntary_switches", use.voluntary);
  put(entry, who + "_involuntary_switches", use.involuntary);
}

std::optional<ProcessUse> process_use(const json& entry, const std::string& who) {
  if (!entry.contains(who + "_cpu_seconds")) return std::nullopt;
  return ProcessUse{entry.at(who + "_cpu_seconds").get<double>(),
                    optional_integer(entry, who + "_voluntary_switches"),
                    optional_integer(entry, who + "_involuntary_switches")};
}

ordered_json case_to_json(const PingCase& one) {
  ordered_json object{{"name", ping_name(one.id)}, {"path", one.id.path}, {"chunk", one.id.chunk},
                      {"mode", one.id.mode},       {"floor", one.floor},  {"granted", one.granted}};
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
  entry["seconds"] = block.seconds;
  entry["round_trips"] = block.round_trips();
  put_use(entry, "client", block.client);
  if (block.server) put_use(entry, "server", *block.server);
  if (block.relay) put_use(entry, "relay", *block.relay);
  entry["overhead_seconds"] = block.overhead_seconds;
  entry["latency_max_ns"] = block.times.max_nanoseconds();
  for (const Metric& metric : metrics_of(block, id.chunk)) entry[metric.unit] = metric.value;
  ordered_json lower = ordered_json::array();
  ordered_json counts = ordered_json::array();
  for (const Histogram::Bucket& bucket : block.times.buckets()) {
    lower.push_back(bucket.lower);
    counts.push_back(bucket.count);
  }
  entry["latency_ns"] = std::move(lower);
  entry["latency_counts"] = std::move(counts);
  return entry;
}

bool is_ping_block(const json& entry) { return entry.value("ping", false); }

PingBlock ping_block_from_json(const json& entry) {
  PingBlock block;
  block.round = entry.at("round").get<std::int64_t>();
  block.sequence = entry.at("sequence").get<std::int64_t>();
  block.start = entry.at("start_seconds").get<double>();
  if (entry.value("error_occurred", false)) {
    block.error = entry.at("error_message").get<std::string>();
    return block;
  }
  block.seconds = entry.at("seconds").get<double>();
  block.client = process_use(entry, "client").value_or(ProcessUse{});
  block.server = process_use(entry, "server");
  block.relay = process_use(entry, "relay");
  block.overhead_seconds = entry.at("overhead_seconds").get<double>();
  const json& lower = entry.at("latency_ns");
  const json& counts = entry.at("latency_counts");
  if (lower.size() != counts.size()) {
    throw UsageError("latency_ns and latency_counts differ in length; the file was damaged");
  }
  std::vector<Histogram::Bucket> buckets;
  buckets.reserve(lower.size());
  for (std::size_t i = 0; i < lower.size(); ++i) {
    buckets.push_back({lower[i].get<std::uint64_t>(), counts[i].get<std::uint64_t>()});
  }
  block.times = Histogram(std::move(buckets), entry.at("latency_max_ns").get<std::uint64_t>());
  return block;
}

std::vector<Metric> ping_metrics_from_json(const json& entry) {
  std::vector<Metric> metrics;
  for (const std::string& unit : ping_units()) {
    if (entry.contains(unit)) metrics.push_back({unit, entry.at(unit).get<double>()});
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
  ping.options.count = object.at("count").get<std::int64_t>();
  ping.options.rate = object.at("rate").get<double>();
  for (const json& entry : object.at("cases")) {
    PingCase& one = ping.cases.emplace_back();
    one.id = case_id_from_json(entry);
    entry.at("floor").get_to(one.floor);
    entry.at("granted").get_to(one.granted);
    if (entry.contains("cross_wakeups")) {
      one.cross_wakeups = entry.at("cross_wakeups").get<std::int64_t>();
    }
  }
  return ping;
}

}  // namespace splicebench
