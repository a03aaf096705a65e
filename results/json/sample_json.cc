#include "results/json/sample_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/json/facts/facts_fields.h"
#include "results/json/facts/flow_fields.h"
#include "results/json/facts/host_fields.h"
#include "results/json/fields.h"
#include "results/model/metrics.h"
#include "results/text/size.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

template <Either<CpuTime> T, typename Visit>
void fields(T& cpu, Visit& visit) {
  visit("_user_seconds", cpu.user);
  visit("_system_seconds", cpu.system);
}

template <Either<SystemTimes> T, typename Visit>
void fields(T& system, Visit& visit) {
  // Differences of what /proc/stat rounds: nothing says that they are positive.
  visit("_busy_seconds", system.busy, Sign::any);
  visit("_softirq_seconds", system.softirq, Sign::any);
  visit("_steal_seconds", system.steal, Sign::any);
}

template <Either<Calls> T, typename Visit>
void fields(T& calls, Visit& visit) {
  for (const CallsField& field : kCallsFields) {
    if (field.is_sparse) {
      visit.sparse(field.name, calls.*field.count);
    } else {
      visit(field.name, calls.*field.count);
    }
  }
}

template <Either<CaseId> T, typename Visit>
void fields(T& id, Visit& visit) {
  visit("path", id.path);
  visit("chunk", id.chunk);
  visit("mode", id.mode);
  for (const ConditionInfo& info : kConditions)
    visit.sparse(info.name, id.conditions[info.kind].value);
}

/// Of a sample without an error; and what follows from its fields, for readers of the file.
template <Either<Sample> T, typename Visit>
void fields(T& sample, Visit& visit) {
  if constexpr (Visit::kWrites) visit("bytes_per_second", sample.bytes_per_second());
  visit("bytes", sample.bytes);
  visit("seconds", sample.seconds);
  visit.group("relay", sample.relay);
  visit.group("writer", sample.writer);
  visit.group("reader", sample.reader);
  std::optional<SystemTimes> system;
  if (Visit::kWrites && sample.system.known) system = sample.system;
  visit.group("system", system);
  if constexpr (!Visit::kWrites) sample.system = system.value_or(SystemTimes{.known = false});
  if constexpr (Visit::kWrites) {
    if (sample.relay) visit("relay_seconds_per_GB", sample.per_gb(sample.relay->total()));
    if (sample.writer) visit("writer_seconds_per_GB", sample.per_gb(sample.writer->total()));
    if (sample.reader) visit("reader_seconds_per_GB", sample.per_gb(sample.reader->total()));
    if (system) visit("system_seconds_per_GB", sample.per_gb(system->busy));
  }
  visit("voluntary_switches", sample.voluntary_switches);
  visit("involuntary_switches", sample.involuntary_switches);
  visit.group("", sample.calls);
  if constexpr (Visit::kWrites) {
    for (const Metric& metric : metrics_of(sample)) {
      if (metric.unit == "B/call") visit("bytes_per_call", metric.value);
      if (metric.unit == "B/op" || metric.unit == "allocs/op")
        visit(metric.unit.c_str(), metric.value);
    }
  }
  visit("allocations", sample.allocations);
  visit("allocated_bytes", sample.allocated_bytes);
  visit("tcp_retransmits", sample.retransmits);
  visit("instructions", sample.instructions);
  visit("cycles", sample.cycles);
  visit("warmup_seconds", sample.warmup_seconds);
  visit.sparse("warmup_rates", sample.warmup_rates);
  visit.sparse("marks", sample.marks);
  visit.group("", sample.facts);
  visit.group("flow_", sample.flows);
  visit.group("", sample.hosts);
  visit("overhead_seconds", sample.overhead_seconds, Sign::any);
}

template <Either<RelayCommand> T, typename Visit>
void fields(T& relay, Visit& visit) {
  visit("name", relay.name);
  visit("command", relay.command);
  visit("command_unix", relay.command_unix);
  visit("config", relay.config);
  visit("version", relay.version);
  visit.sparse("drops_half_close", relay.drops_half_close);
}

template <Either<RunOptions> T, typename Visit>
void fields(T& options, Visit& visit) {
  visit("paths", options.paths);
  visit("chunks", options.chunks);
  visit("modes", options.modes);
  visit("rounds", options.rounds);
  visit("min_time", options.min_time);
  visit("filter", options.filter);
  visit("seed", options.seed);
  if constexpr (Visit::kWrites) {
    for (const ConditionInfo& info : kConditions) visit(info.name, options.conditions[info.kind]);
  }
  visit("file_dir", options.file_dir);
  visit("timeout", options.timeout);
  visit.later("netem", options.netem);
  visit.group("", options.hosts);
  visit.sparse("relays", options.relays);
  visit.sparse("time", options.time);
  if (options.time > 0) visit.later("precision", options.precision);
}

template <Either<Environment> T, typename Visit>
void fields(T& environment, Visit& visit) {
  visit("date", environment.date);
  visit("host", environment.host);
  visit("kernel", environment.kernel);
  visit("cpu_model", environment.cpu_model);
  visit("cpus", environment.cpus);
  visit("hypervisor", environment.hypervisor);
  visit("governor", environment.governor);
  visit("file_system", environment.file_system);
  visit("splice_shares_file", environment.splice_shares_file);
  visit("splice_shares_socket", environment.splice_shares_socket);
  visit("command", environment.command);
  visit("compiler", environment.compiler);
  visit("build_type", environment.build_type);
  visit("version", environment.version);
  visit("executable", environment.executable);
  visit("load_average", environment.load_average);
  visit("sysctls", environment.sysctls);
  visit.sparse("mhz", environment.mhz);
}

ordered_json entry_with(const EntryHead& head) {
  ordered_json entry;
  entry["name"] = head.name;
  entry["run_name"] = head.name;
  entry["run_type"] = "iteration";
  entry["repetitions"] = head.repetitions;
  entry["repetition_index"] = head.round;
  entry["threads"] = 1;
  entry["iterations"] = head.iterations;
  if (!head.error.empty()) {
    entry["error_occurred"] = true;
    entry["error_message"] = head.error;
  }
  entry["real_time"] = head.seconds_per_op * 1e9;
  entry["cpu_time"] = head.cpu_per_op * 1e9;
  entry["time_unit"] = "ns";
  FieldWriter visit(entry);
  fields(head.id, visit);
  visit("round", head.round);
  visit("sequence", head.sequence);
  visit("start_seconds", head.start);
  return entry;
}

ordered_json sample_to_json(const CaseId& id, const Sample& sample, std::int64_t repetitions) {
  EntryHead head{id.name(),       id,           repetitions, sample.round,
                 sample.sequence, sample.start, sample.error};
  head.iterations = sample.iterations;
  if (sample.error.empty()) {
    head.seconds_per_op = sample.seconds_per_op();
    head.cpu_per_op =
        sample.relay.value_or(CpuTime()).total() / static_cast<double>(sample.iterations);
  }
  ordered_json entry = entry_with(head);
  if (!sample.error.empty()) return entry;
  FieldWriter writer(entry);
  fields(sample, writer);
  return entry;
}

void require_times(ObjectView entry) {
  double derived = 0;
  FieldReader visit(entry);
  visit("real_time", derived);
  visit("cpu_time", derived);
}

void write_id(ordered_json& object, const CaseId& id) {
  FieldWriter visit(object);
  fields(id, visit);
}

CaseId case_id_from_json(ObjectView entry) {
  CaseId id = from_object<CaseId>(entry);
  const std::string name = entry.value("name", std::string());
  const std::string before_mode = name.substr(0, name.find("/mode="));
  for (const ConditionInfo& info : kConditions) {
    Condition& one = id.conditions[info.kind];
    one.usual = before_mode.find(fmt::format("/{}=", info.name)) == std::string::npos;
    // Some older entries have the text in its place: "same: writer, ...", "veth, netem ...".
    one.value.erase(std::min(one.value.find_first_of(":,"), one.value.size()));
  }
  return id;
}

Sample sample_from_json(ObjectView entry) {
  Sample sample;
  require_times(entry);
  FieldReader visit(entry);
  visit("round", sample.round);
  visit("sequence", sample.sequence);
  visit("start_seconds", sample.start);
  visit("iterations", sample.iterations);
  if (entry.value("error_occurred", false)) {
    sample.error = entry.at("error_message").get<std::string>();
    if (sample.error.empty()) sample.error = "no message";
    return sample;
  }
  fields(sample, visit);
  return sample;
}

ordered_json options_to_json(const RunOptions& options) { return to_object(options); }
RunOptions options_from_json(const json& object) {
  RunOptions options = from_object<RunOptions>(object);
  for (const ConditionInfo& info : kConditions) {
    const auto found = object.find(info.name);
    if (found == object.end()) continue;
    std::vector<std::string>& values = options.conditions[info.kind];
    // Older files have one.
    values = found->is_array() ? found->get<std::vector<std::string>>()
                               : std::vector<std::string>{found->get<std::string>()};
  }
  std::int64_t buffer = 0;  // of older files: bytes
  FieldReader{object}.later("socket_buffer", buffer);
  if (buffer > 0) options.conditions[ConditionKind::socket_buffer] = {format_size(buffer)};
  return options;
}

ordered_json environment_to_json(const Environment& environment) { return to_object(environment); }
Environment environment_from_json(const json& object) { return from_object<Environment>(object); }

ordered_json warning_to_json(const Warning& warning) {
  return {{"code", warning.code}, {"text", warning.text}, {"advice", warning.advice}};
}
Warning warning_from_json(const json& object) {
  return {object.at("code").get<std::string>(), object.at("text").get<std::string>(),
          object.at("advice").get<std::string>()};
}

}  // namespace splicebench
