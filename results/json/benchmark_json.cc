#include "results/json/benchmark_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "results/files/error.h"
#include "results/json/facts/hosts_json.h"
#include "results/json/fields.h"
#include "results/json/ping_json.h"
#include "results/json/result_json.h"
#include "results/json/sample_json.h"
#include "results/json/stream/json_stream.h"
#include "results/model/metrics.h"
#include "results/model/sense.h"

namespace splicebench {

using nlohmann::json;

namespace {

constexpr std::size_t kMostFields = 10000;

/// Keys of Google Benchmark's entries that are no counters, or that are read by name below.
bool is_counter(const std::string& key) {
  static const std::set<std::string, std::less<>> known{"family_index",
                                                        "per_family_instance_index",
                                                        "repetitions",
                                                        "repetition_index",
                                                        "threads",
                                                        "iterations",
                                                        "real_time",
                                                        "cpu_time",
                                                        "bytes_per_second",
                                                        "items_per_second",
                                                        "allocs_per_iter",
                                                        "max_bytes_used",
                                                        "total_allocated_bytes",
                                                        "net_heap_growth"};
  return !known.contains(key);
}

/// What keeps entries of two files apart though their names are the same.
bool is_condition(const std::string& key) {
  const auto is_this = [&](const ConditionInfo& info) { return info.name == key; };
  return key == kHostsKey || std::any_of(kConditions.begin(), kConditions.end(), is_this);
}

std::optional<double> time_factor(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1.0;
  return std::nullopt;
}

/// Turns entries of `benchmarks` into records.
class EntryReader {
 public:
  EntryReader(const std::string& name, RecordSink& sink) : name_(name), sink_(sink) {
    record_.settings = &settings_;
  }

  void entry(const FlatObject& entry, const JsonBytes& bytes);
  /// A condition of entries whose names tell of no other.
  void header(const std::string& condition, const std::string& text) {
    header_.push_back({condition, text, true});
  }
  ReadReport take_report() { return std::move(report_); }

 private:
  [[noreturn]] void fail(const JsonBytes& bytes, std::string_view what) const {
    throw UsageError(
        fmt::format("{}: line {}: {}; give a file as Google Benchmark or splicebench "
                    "writes it",
                    name_, bytes.position().line, what));
  }

  void own_entry(ObjectView entry);
  std::vector<Setting> conditions_of(ObjectView entry, const CaseId& id) const;
  void google_entry(const json& entry, const JsonBytes& bytes);
  void add(double value, std::string unit) { values_.emplace_back(value, std::move(unit)); }
  /// Those of the next entry; without a value they are none.
  void set_settings(std::vector<Setting> settings);
  void emit(const std::string& benchmark, const OwnSample* own = nullptr);

  const std::string& name_;
  RecordSink& sink_;
  ReadReport report_;
  std::vector<Setting> header_;
  std::vector<Setting> settings_;
  std::vector<std::pair<double, std::string>> values_;
  Record record_;
  std::map<std::string, std::set<std::int64_t>> rounds_;  ///< of own benchmarks
};

void EntryReader::set_settings(std::vector<Setting> settings) {
  std::erase_if(settings, [](const Setting& setting) { return setting.value.empty(); });
  const bool same = std::equal(
      settings.begin(), settings.end(), settings_.begin(), settings_.end(),
      [](const Setting& a, const Setting& b) { return a.key == b.key && a.value == b.value; });
  if (same) return;
  settings_ = std::move(settings);
  ++record_.settings_version;
}

void EntryReader::emit(const std::string& benchmark, const OwnSample* own) {
  record_.name = benchmark;
  record_.own = own;
  record_.measurements.clear();
  for (const auto& [value, unit] : values_) {
    if (!std::isfinite(value)) {
      report_.add(
          fmt::format("{}: '{}': {} is not a finite number; left out", name_, benchmark, unit));
      continue;
    }
    record_.measurements.push_back({value, unit});
  }
  if (record_.measurements.empty()) return;
  sink_.record(record_);
  ++report_.records;
}

/// .config has what holds for all entries that do not say otherwise, and /congestion and the like
/// what holds for this one, also where its name leaves it out. Older entries have all in .config.
std::vector<Setting> EntryReader::conditions_of(ObjectView entry, const CaseId& id) const {
  std::vector<Setting> settings = header_;
  for (const ConditionInfo& info : kConditions) {
    if (header_.empty())
      settings.push_back({info.name, entry.value(info.name, std::string()), true});
    settings.push_back({fmt::format("/{}", info.name), id.conditions[info.kind].value, false});
  }
  return settings;
}

void EntryReader::own_entry(ObjectView entry) {
  const CaseId id = case_id_from_json(entry);
  require_case(id);
  set_settings(conditions_of(entry, id));
  std::vector<Metric> metrics;
  std::string benchmark = id.name();
  OwnSample own{id.key(), id.heading(), id.mode, 0, {}};
  if (is_ping_block(entry)) {
    metrics = ping_metrics_from_json(entry);
    benchmark = ping_name(id);
  } else {
    const Sample sample = sample_from_json(entry);
    require_sample(id, sample);
    metrics = metrics_of(sample);
    own.system = sample.system;
  }
  FieldReader{entry}("round", own.round);
  if (!rounds_[benchmark].insert(own.round).second)
    throw UsageError(fmt::format("round {} of {} stands there twice", own.round, benchmark));
  for (const Metric& metric : metrics) add(metric.value, metric.unit);
  emit(benchmark, is_ping_block(entry) ? nullptr : &own);
  ++report_.own;
}

void EntryReader::google_entry(const json& entry, const JsonBytes& bytes) {
  const std::string unit = entry.value("time_unit", "ns");
  const std::optional<double> factor = time_factor(unit);
  if (!factor) fail(bytes, fmt::format("time_unit '{}' is none of ns, us, ms, s", unit));
  const auto number = [&](const char* key, const char* as, double scale) {
    const auto found = entry.find(key);
    if (found != entry.end() && found->is_number()) add(found->get<double>() * scale, as);
  };
  number("real_time", "sec/op", *factor);
  number("cpu_time", "cpu-sec/op", *factor);
  number("bytes_per_second", "B/s", 1);
  number("items_per_second", "items/s", 1);
  number("allocs_per_iter", "allocs/op", 1);
  for (const auto& [key, value] : entry.items()) {
    if (value.is_number() && is_counter(key)) add(value.get<double>(), key);
  }
  if (values_.empty()) fail(bytes, "an entry of 'benchmarks' without any figure");
  set_settings({{"label", entry.value("label", ""), false}});
  emit(entry.at("name").get_ref<const std::string&>());
}

void EntryReader::entry(const FlatObject& object, const JsonBytes& bytes) {
  values_.clear();
  const ObjectView entry(object);
  try {
    if (entry.value("run_type", std::string("iteration")) == "aggregate") return;
    const std::string name = entry.at("name").get<std::string>();
    if (entry.value("error_occurred", false)) {
      report_.add(fmt::format("{}: '{}': left out, it ended in an error: {}", name_, name,
                              entry.value("error_message", std::string("no message"))));
      return;
    }
    // Of ours where either is there: what then lacks the other is damage.
    const auto is_text = [&entry](const char* key) {
      const json* found = entry.find("", key);
      return found != nullptr && found->is_string();
    };
    if (is_text("path") || is_text("mode")) {
      own_entry(entry);
    } else {
      google_entry(object.to_json(), bytes);
    }
  } catch (const UsageError& error) {
    fail(bytes, error.what());
  } catch (const json::exception&) {
    fail(bytes, "an entry of 'benchmarks' lacks a key or has one of another type");
  }
}

/// Collects the flat fields of one entry of `benchmarks` at a time.
class FileReader : public JsonFollower {
 public:
  FileReader(JsonBytes& bytes, EntryReader& entries) : JsonFollower(bytes), entries_(entries) {}

  bool start_object(std::size_t elements) override {
    JsonFollower::start_object(elements);
    if (in_benchmarks_ && depth() == kEntryDepth) entry_.clear();
    return true;
  }
  bool end_object() override {
    if (in_benchmarks_ && depth() == kEntryDepth) entries_.entry(entry_, bytes());
    return JsonFollower::end_object();
  }
  bool start_array(std::size_t elements) override {
    JsonFollower::start_array(elements);
    if (depth() == 2 && top_key_ == "benchmarks") seen_benchmarks_ = in_benchmarks_ = true;
    return true;
  }
  bool end_array() override {
    JsonFollower::end_array();
    if (depth() == 1) in_benchmarks_ = false;
    return true;
  }

  void require_benchmarks() const {
    if (!seen_benchmarks_) {
      throw UsageError(
          fmt::format("{}: JSON without a list 'benchmarks'; give a file as Google "
                      "Benchmark or splicebench writes it",
                      bytes().name()));
    }
  }

 private:
  static constexpr int kEntryDepth = 3;  // { benchmarks: [ {

  bool in_context() const { return depth() == 2 && top_key_ == "context"; }
  void member(const std::string& name) override {
    if (depth() == 1) top_key_ = name;
    own_version_ = depth() == 2 && top_key_ == "splicebench" && name == "schema_version";
    if (depth() == kEntryDepth || in_context()) key_ = name;
  }
  bool value(json value) override {
    if (std::exchange(own_version_, false) && value.is_number())
      require_schema_version(value.get<double>(), bytes().name());
    if (in_context() && value.is_string() && is_condition(key_))
      entries_.header(key_, value.get<std::string>());
    if (!in_benchmarks_ || depth() != kEntryDepth) return true;
    if (entry_.size() >= kMostFields) {
      const JsonPosition at = bytes().position();
      throw UsageError(
          fmt::format("{}: an entry of more than {} keys at byte {} (line {}); this is "
                      "no benchmark result",
                      bytes().name(), kMostFields, at.byte, at.line));
    }
    entry_.add(key_, std::move(value));
    return true;
  }

  EntryReader& entries_;
  bool in_benchmarks_ = false;
  bool seen_benchmarks_ = false;
  bool own_version_ = false;  ///< the next value is the version of a result of ours
  std::string top_key_;
  std::string key_;
  FlatObject entry_;
};

}  // namespace

ReadReport read_benchmark_json(Window& window, const std::string& name, RecordSink& sink) {
  JsonBytes bytes(window, name);
  EntryReader entries(name, sink);
  FileReader reader(bytes, entries);
  follow_json(bytes, reader);
  reader.require_benchmarks();
  ReadReport report = entries.take_report();
  report.lines = bytes.position().line;
  return report;
}

}  // namespace splicebench
