#include "results/json/sample_json.h"

#include "results/model/metrics.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

void put(ordered_json& entry, const std::string& key, const std::optional<std::int64_t>& value) {
  if (value) entry[key] = *value;
}

std::optional<std::int64_t> optional_integer(const json& entry, const std::string& key) {
  const json::const_iterator found = entry.find(key);
  if (found == entry.end()) return std::nullopt;
  return found->get<std::int64_t>();
}

namespace {

void put(ordered_json& entry, const std::string& prefix, const CpuTime& cpu) {
  entry[prefix + "_user_seconds"] = cpu.user;
  entry[prefix + "_system_seconds"] = cpu.system;
}

Calls calls_from_json(const json& entry) {
  Calls calls;
  for (const CallsField& field : kCallsFields) entry.at(field.name).get_to(calls.*field.count);
  return calls;
}

ordered_json relays_to_json(const std::vector<RelayCommand>& relays) {
  ordered_json array = ordered_json::array();
  for (const RelayCommand& relay : relays) {
    array.push_back({{"name", relay.name},
                     {"command", relay.command},
                     {"command_unix", relay.command_unix},
                     {"config", relay.config},
                     {"version", relay.version}});
  }
  return array;
}

std::vector<RelayCommand> relays_from_json(const json& array) {
  std::vector<RelayCommand> relays;
  for (const json& entry : array) {
    relays.push_back({entry.at("name").get<std::string>(), entry.at("command").get<std::string>(),
                      entry.at("command_unix").get<std::string>(),
                      entry.at("config").get<std::string>(),
                      entry.at("version").get<std::string>()});
  }
  return relays;
}

CpuTime cpu_time(const json& entry, const std::string& prefix) {
  return {entry.at(prefix + "_user_seconds").get<double>(),
          entry.at(prefix + "_system_seconds").get<double>()};
}

}  // namespace

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
  entry["path"] = head.id.path;
  entry["chunk"] = head.id.chunk;
  entry["mode"] = head.id.mode;
  entry["round"] = head.round;
  entry["sequence"] = head.sequence;
  entry["start_seconds"] = head.start;
  return entry;
}

ordered_json sample_to_json(const CaseId& id, const Sample& sample, std::int64_t repetitions) {
  EntryHead head{id.name(),       id,           repetitions, sample.round,
                 sample.sequence, sample.start, sample.error};
  head.iterations = sample.iterations;
  if (sample.error.empty()) {
    head.seconds_per_op = sample.seconds_per_op();
    head.cpu_per_op = sample.relay.total() / static_cast<double>(sample.iterations);
  }
  ordered_json entry = entry_with(head);
  if (!sample.error.empty()) return entry;

  entry["bytes_per_second"] = sample.bytes_per_second();
  entry["bytes"] = sample.bytes;
  entry["seconds"] = sample.seconds;
  put(entry, "relay", sample.relay);
  put(entry, "writer", sample.writer);
  if (sample.reader) put(entry, "reader", *sample.reader);
  entry["system_busy_seconds"] = sample.system.busy;
  entry["system_softirq_seconds"] = sample.system.softirq;
  entry["system_steal_seconds"] = sample.system.steal;
  entry["relay_seconds_per_GB"] = sample.per_gb(sample.relay.total());
  entry["writer_seconds_per_GB"] = sample.per_gb(sample.writer.total());
  if (sample.reader) entry["reader_seconds_per_GB"] = sample.per_gb(sample.reader->total());
  entry["system_seconds_per_GB"] = sample.per_gb(sample.system.busy);
  put(entry, "voluntary_switches", sample.voluntary_switches);
  put(entry, "involuntary_switches", sample.involuntary_switches);
  if (sample.calls) {
    for (const CallsField& field : kCallsFields) entry[field.name] = (*sample.calls).*field.count;
  }
  for (const Metric& metric : metrics_of(sample)) {
    if (metric.unit == "B/call") entry["bytes_per_call"] = metric.value;
    if (metric.unit == "B/op" || metric.unit == "allocs/op") entry[metric.unit] = metric.value;
  }
  put(entry, "allocations", sample.allocations);
  put(entry, "allocated_bytes", sample.allocated_bytes);
  put(entry, "tcp_retransmits", sample.retransmits);
  put(entry, "instructions", sample.instructions);
  put(entry, "cycles", sample.cycles);
  entry["warmup_seconds"] = sample.warmup_seconds;
  entry["overhead_seconds"] = sample.overhead_seconds;
  return entry;
}

CaseId case_id_from_json(const json& entry) {
  return {entry.at("path").get<std::string>(), entry.at("chunk").get<std::int64_t>(),
          entry.at("mode").get<std::string>()};
}

Sample sample_from_json(const json& entry) {
  Sample sample;
  sample.round = entry.at("round").get<std::int64_t>();
  sample.sequence = entry.at("sequence").get<std::int64_t>();
  sample.start = entry.at("start_seconds").get<double>();
  sample.iterations = entry.at("iterations").get<std::int64_t>();
  if (entry.value("error_occurred", false)) {
    sample.error = entry.at("error_message").get<std::string>();
    return sample;
  }
  sample.bytes = entry.at("bytes").get<std::int64_t>();
  sample.seconds = entry.at("seconds").get<double>();
  sample.relay = cpu_time(entry, "relay");
  sample.writer = cpu_time(entry, "writer");
  if (entry.contains("reader_user_seconds")) sample.reader = cpu_time(entry, "reader");
  sample.system.busy = entry.at("system_busy_seconds").get<double>();
  sample.system.softirq = entry.at("system_softirq_seconds").get<double>();
  sample.system.steal = entry.at("system_steal_seconds").get<double>();
  sample.voluntary_switches = optional_integer(entry, "voluntary_switches");
  sample.involuntary_switches = optional_integer(entry, "involuntary_switches");
  if (entry.contains("calls_in")) sample.calls = calls_from_json(entry);
  sample.allocations = optional_integer(entry, "allocations");
  sample.allocated_bytes = optional_integer(entry, "allocated_bytes");
  sample.retransmits = optional_integer(entry, "tcp_retransmits");
  sample.instructions = optional_integer(entry, "instructions");
  sample.cycles = optional_integer(entry, "cycles");
  sample.warmup_seconds = entry.at("warmup_seconds").get<double>();
  sample.overhead_seconds = entry.at("overhead_seconds").get<double>();
  return sample;
}

ordered_json options_to_json(const RunOptions& options) {
  ordered_json object{{"paths", options.paths},       {"chunks", options.chunks},
                      {"modes", options.modes},       {"rounds", options.rounds},
                      {"min_time", options.min_time}, {"filter", options.filter},
                      {"seed", options.seed},         {"placement", options.placement},
                      {"file_dir", options.file_dir}, {"timeout", options.timeout},
                      {"link", options.link},         {"netem", options.netem}};
  if (!options.relays.empty()) object["relays"] = relays_to_json(options.relays);
  return object;
}

RunOptions options_from_json(const json& object) {
  RunOptions options;
  object.at("paths").get_to(options.paths);
  object.at("chunks").get_to(options.chunks);
  object.at("modes").get_to(options.modes);
  object.at("rounds").get_to(options.rounds);
  object.at("min_time").get_to(options.min_time);
  object.at("filter").get_to(options.filter);
  object.at("seed").get_to(options.seed);
  object.at("placement").get_to(options.placement);
  object.at("file_dir").get_to(options.file_dir);
  object.at("timeout").get_to(options.timeout);
  options.link = object.value("link", options.link);  // files from before it could be chosen
  options.netem = object.value("netem", options.netem);
  if (object.contains("relays")) options.relays = relays_from_json(object.at("relays"));
  return options;
}

ordered_json environment_to_json(const Environment& environment) {
  ordered_json object{{"date", environment.date},
                      {"host", environment.host},
                      {"kernel", environment.kernel},
                      {"cpu_model", environment.cpu_model},
                      {"cpus", environment.cpus},
                      {"hypervisor", environment.hypervisor},
                      {"governor", environment.governor},
                      {"file_system", environment.file_system},
                      {"placement", environment.placement},
                      {"peers_share", environment.peers_share},
                      {"command", environment.command},
                      {"compiler", environment.compiler},
                      {"build_type", environment.build_type},
                      {"version", environment.version},
                      {"executable", environment.executable},
                      {"load_average", environment.load_average},
                      {"sysctls", environment.sysctls}};
  if (environment.mhz > 0) object["mhz"] = environment.mhz;
  if (!environment.link.empty()) object["link"] = environment.link;
  return object;
}

Environment environment_from_json(const json& object) {
  Environment environment;
  object.at("date").get_to(environment.date);
  object.at("host").get_to(environment.host);
  object.at("kernel").get_to(environment.kernel);
  object.at("cpu_model").get_to(environment.cpu_model);
  object.at("cpus").get_to(environment.cpus);
  object.at("hypervisor").get_to(environment.hypervisor);
  object.at("governor").get_to(environment.governor);
  object.at("file_system").get_to(environment.file_system);
  object.at("placement").get_to(environment.placement);
  object.at("peers_share").get_to(environment.peers_share);
  object.at("command").get_to(environment.command);
  object.at("compiler").get_to(environment.compiler);
  object.at("build_type").get_to(environment.build_type);
  object.at("version").get_to(environment.version);
  object.at("executable").get_to(environment.executable);
  object.at("load_average").get_to(environment.load_average);
  object.at("sysctls").get_to(environment.sysctls);
  environment.mhz = object.value("mhz", 0.0);
  environment.link = object.value("link", "");
  return environment;
}

}  // namespace splicebench
