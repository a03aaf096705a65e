#include "results/sample_json.h"

#include "results/metrics.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

void put(ordered_json& entry, const char* key, const std::optional<std::int64_t>& value) {
  if (value) entry[key] = *value;
}

std::optional<std::int64_t> optional_integer(const json& entry, const char* key) {
  const json::const_iterator found = entry.find(key);
  if (found == entry.end()) return std::nullopt;
  return found->get<std::int64_t>();
}

void put(ordered_json& entry, const std::string& prefix, const CpuTime& cpu) {
  entry[prefix + "_user_seconds"] = cpu.user;
  entry[prefix + "_system_seconds"] = cpu.system;
}

CpuTime cpu_time(const json& entry, const std::string& prefix) {
  return {entry.at(prefix + "_user_seconds").get<double>(),
          entry.at(prefix + "_system_seconds").get<double>()};
}

}  // namespace

ordered_json sample_to_json(const CaseId& id, const Sample& sample, std::int64_t repetitions) {
  ordered_json entry;
  entry["name"] = id.name();
  entry["run_name"] = id.name();
  entry["run_type"] = "iteration";
  entry["repetitions"] = repetitions;
  entry["repetition_index"] = sample.round;
  entry["threads"] = 1;
  entry["iterations"] = sample.iterations;
  const bool good = sample.error.empty();
  if (!good) {
    entry["error_occurred"] = true;
    entry["error_message"] = sample.error;
  }
  entry["real_time"] = good ? sample.seconds_per_op() * 1e9 : 0.0;
  entry["cpu_time"] =
      good ? sample.relay.total() * 1e9 / static_cast<double>(sample.iterations) : 0.0;
  entry["time_unit"] = "ns";
  entry["path"] = id.path;
  entry["chunk"] = id.chunk;
  entry["mode"] = id.mode;
  entry["round"] = sample.round;
  entry["sequence"] = sample.sequence;
  entry["start_seconds"] = sample.start;
  if (!good) return entry;

  entry["bytes_per_second"] = sample.bytes_per_second();
  entry["bytes"] = sample.bytes;
  entry["seconds"] = sample.seconds;
  put(entry, "relay", sample.relay);
  put(entry, "writer", sample.writer);
  if (sample.reader) put(entry, "reader", *sample.reader);
  entry["system_busy_seconds"] = sample.system_busy;
  entry["system_softirq_seconds"] = sample.system_softirq;
  entry["system_steal_seconds"] = sample.system_steal;
  entry["relay_seconds_per_GB"] = sample.per_gb(sample.relay.total());
  entry["writer_seconds_per_GB"] = sample.per_gb(sample.writer.total());
  if (sample.reader) entry["reader_seconds_per_GB"] = sample.per_gb(sample.reader->total());
  entry["system_seconds_per_GB"] = sample.per_gb(sample.system_busy);
  entry["voluntary_switches"] = sample.voluntary_switches;
  entry["involuntary_switches"] = sample.involuntary_switches;
  entry["calls_in"] = sample.calls.in;
  entry["calls_out"] = sample.calls.out;
  entry["calls_wait"] = sample.calls.wait;
  entry["eagain"] = sample.calls.eagain;
  entry["short_in"] = sample.calls.short_in;
  entry["short_out"] = sample.calls.short_out;
  entry["fallbacks"] = sample.calls.fallback;
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
  sample.system_busy = entry.at("system_busy_seconds").get<double>();
  sample.system_softirq = entry.at("system_softirq_seconds").get<double>();
  sample.system_steal = entry.at("system_steal_seconds").get<double>();
  sample.voluntary_switches = entry.at("voluntary_switches").get<std::int64_t>();
  sample.involuntary_switches = entry.at("involuntary_switches").get<std::int64_t>();
  sample.calls.in = entry.at("calls_in").get<std::int64_t>();
  sample.calls.out = entry.at("calls_out").get<std::int64_t>();
  sample.calls.wait = entry.at("calls_wait").get<std::int64_t>();
  sample.calls.eagain = entry.at("eagain").get<std::int64_t>();
  sample.calls.short_in = entry.at("short_in").get<std::int64_t>();
  sample.calls.short_out = entry.at("short_out").get<std::int64_t>();
  sample.calls.fallback = entry.at("fallbacks").get<std::int64_t>();
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
  return {{"paths", options.paths},       {"chunks", options.chunks},
          {"modes", options.modes},       {"rounds", options.rounds},
          {"min_time", options.min_time}, {"filter", options.filter},
          {"seed", options.seed},         {"placement", options.placement},
          {"file_dir", options.file_dir}, {"timeout", options.timeout}};
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
  return environment;
}

}  // namespace splicebench
