#include "results/verdict/ping_figures.h"

#include <fmt/format.h>

namespace splicebench {

bool is_floor(const std::string& mode) {
  return mode == kFloor || mode == kFloorSameCpu || mode == kFloorTwoCpus;
}

std::string ping_name(const CaseId& id) {
  return fmt::format("Ping/{}/mode={}", id.key(), id.mode);
}

std::string quantile_unit(const std::string& name) { return name + "-sec/op"; }

std::string service_unit(const std::string& name) { return "service-" + quantile_unit(name); }

std::vector<std::string> ping_units() {
  std::vector<std::string> units;
  for (const PingQuantile& quantile : kPingQuantiles) units.push_back(quantile_unit(quantile.name));
  for (const PingQuantile& quantile : kPingQuantiles) units.push_back(service_unit(quantile.name));
  units.insert(units.end(), {"sec/op", "ping-B/s", "relay-cpu-sec/op", "relay-switches/op"});
  return units;
}

double value_of(const PingQuantile& quantile, const Histogram& times) {
  return quantile.share == 1 ? times.max() : times.quantile(quantile.share);
}

std::vector<Metric> metrics_of(const PingBlock& block, std::int64_t size) {
  const double trips = static_cast<double>(block.round_trips());
  std::vector<Metric> metrics;
  const auto is_told = [&](const PingQuantile& one) {
    return one.share <= 0.5 || one.share == 1 || trips * (1 - one.share) >= 1 - 1e-9;
  };
  for (const PingQuantile& one : kPingQuantiles) {
    if (is_told(one)) metrics.push_back({quantile_unit(one.name), value_of(one, block.times)});
  }
  for (const PingQuantile& one : kPingQuantiles) {
    if (block.service && is_told(one))
      metrics.push_back({service_unit(one.name), value_of(one, *block.service)});
  }
  metrics.push_back({"sec/op", block.seconds / trips});
  metrics.push_back({"ping-B/s", static_cast<double>(size) * trips / block.seconds});
  if (block.relay) {
    metrics.push_back({"relay-cpu-sec/op", block.relay->cpu / trips});
    if (block.relay->voluntary && block.relay->involuntary) {
      metrics.push_back(
          {"relay-switches/op",
           static_cast<double>(*block.relay->voluntary + *block.relay->involuntary) / trips});
    }
  }
  return metrics;
}

namespace {

/// What is not known of one is not known of all.
void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& one) {
  sum = sum && one ? std::optional(*sum + *one) : std::nullopt;
}

void add(ProcessUse& sum, const ProcessUse& one) {
  sum.cpu += one.cpu;
  add(sum.voluntary, one.voluntary);
  add(sum.involuntary, one.involuntary);
}

void add(std::optional<ProcessUse>& sum, const std::optional<ProcessUse>& one) {
  if (!one) return;
  if (sum) {
    add(*sum, *one);
  } else {
    sum = one;
  }
}

}  // namespace

PingBlock merged(const PingCase& one) {
  PingBlock sum;
  sum.client = {0, 0, 0};
  for (const PingBlock& block : one.blocks) {
    if (!block.error.empty()) continue;
    sum.seconds += block.seconds;
    sum.times.add(block.times);
    if (block.service) {
      if (!sum.service) sum.service.emplace();
      sum.service->add(*block.service);
    }
    add(sum.client, block.client);
    add(sum.server, block.server);
    add(sum.relay, block.relay);
  }
  return sum;
}

}  // namespace splicebench
