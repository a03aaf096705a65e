#include "results/benchmark_json.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "results/error.h"
#include "results/metrics.h"
#include "results/sample_json.h"

namespace splicebench {

using nlohmann::json;

namespace {

/// Longer strings and numbers are damage, and the lexer would hold them whole.
constexpr std::uint64_t kLongestToken = std::uint64_t{1} << 20;
constexpr std::size_t kMostFields = 10000;
constexpr int kDeepest = 100;

/// Where the lexer is in the input.
struct Position {
  std::uint64_t byte = 0;  ///< bytes taken
  std::uint64_t line = 1;
  bool at_end = false;
};

/// Hands the bytes of a Window to the lexer one by one, counting.
class JsonBytes {
 public:
  JsonBytes(Window& window, const std::string& name)
      : window_(window), name_(name), rest_(window.view()) {
    if (rest_.empty()) refill();
  }

  bool ended() const { return position_.at_end; }
  char current() const { return rest_.front(); }
  const Position& position() const { return position_; }

  void advance() {
    const char c = rest_.front();
    if (c == '\n') ++position_.line;
    ++position_.byte;
    guard_token(c);
    rest_.remove_prefix(1);
    if (rest_.empty()) refill();
  }

 private:
  void refill() {
    window_.consume(window_.view().size());
    position_.at_end = !window_.fill() && window_.view().empty();
    rest_ = window_.view();
  }

  void guard_token(char c) {
    ++token_;
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        token_ = 0;
      }
    } else if (c == '"') {
      in_string_ = true;
      token_ = 0;
    } else if (c == ',' || c == ':' || c == '{' || c == '}' || c == '[' || c == ']' || c == ' ' ||
               c == '\n' || c == '\r' || c == '\t') {
      token_ = 0;
    }
    if (token_ > kLongestToken) {
      throw UsageError(fmt::format("{}: string or number longer than 1 MiB at byte {} (line {}); the "
                                   "file is damaged, write it again",
                                   name_, position_.byte - token_, position_.line));
    }
  }

  Window& window_;
  const std::string& name_;
  std::string_view rest_;
  Position position_;
  std::uint64_t token_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

/// What nlohmann's lexer takes as input: the end is a null pointer.
class ByteIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  explicit ByteIterator(JsonBytes* bytes) : bytes_(bytes) {}
  char operator*() const { return bytes_->current(); }
  ByteIterator& operator++() {
    bytes_->advance();
    return *this;
  }
  ByteIterator operator++(int) {
    const ByteIterator before = *this;
    bytes_->advance();
    return before;
  }
  bool ended() const { return bytes_ == nullptr || bytes_->ended(); }
  friend bool operator==(const ByteIterator& a, const ByteIterator& b) {
    return a.ended() == b.ended();
  }

 private:
  JsonBytes* bytes_;
};

/// Keys of Google Benchmark's entries that are no counters, or that are read by name below.
bool is_counter(const std::string& key) {
  static const std::set<std::string, std::less<>> known{
      "family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads",
      "iterations", "real_time", "cpu_time", "bytes_per_second", "items_per_second",
      "allocs_per_iter", "max_bytes_used", "total_allocated_bytes", "net_heap_growth"};
  return !known.contains(key);
}

std::optional<double> time_factor(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1.0;
  return std::nullopt;
}

/// Turns the entries of `benchmarks` into records.
class EntryReader {
 public:
  EntryReader(const std::string& name, RecordSink& sink) : name_(name), sink_(sink) {
    record_.settings = &settings_;
  }

  void entry(const json& entry, const Position& position);
  ReadReport take_report() { return std::move(report_); }

 private:
  [[noreturn]] void fail(const Position& position, std::string_view what) const {
    throw UsageError(fmt::format("{}: line {}: {}; give a file as Google Benchmark or splicebench "
                                 "writes it",
                                 name_, position.line, what));
  }

  void own_entry(const json& entry);
  void google_entry(const json& entry, const Position& position);
  void add(double value, std::string unit);
  void set_label(const std::string& label);
  void emit(const std::string& benchmark);

  const std::string& name_;
  RecordSink& sink_;
  ReadReport report_;
  std::vector<Setting> settings_;
  std::vector<std::pair<double, std::string>> values_;
  Record record_;
};

void EntryReader::add(double value, std::string unit) {
  values_.emplace_back(value, std::move(unit));
}

void EntryReader::set_label(const std::string& label) {
  const std::string before = settings_.empty() ? "" : settings_.front().value;
  if (label == before) return;
  settings_.clear();
  if (!label.empty()) settings_.push_back({"label", label, false});
  ++record_.settings_version;
}

void EntryReader::emit(const std::string& benchmark) {
  record_.name = benchmark;
  record_.measurements.clear();
  for (const auto& [value, unit] : values_) {
    if (!std::isfinite(value)) {
      report_.add(fmt::format("{}: '{}': {} is not a finite number; left out", name_, benchmark, unit));
      continue;
    }
    record_.measurements.push_back({value, unit});
  }
  if (record_.measurements.empty()) return;
  sink_.record(record_);
  ++report_.records;
}

void EntryReader::own_entry(const json& entry) {
  const Sample sample = sample_from_json(entry);
  set_label("");
  for (const Metric& metric : metrics_of(sample)) add(metric.value, metric.unit);
  emit(case_id_from_json(entry).name());
}

void EntryReader::google_entry(const json& entry, const Position& position) {
  const std::string unit = entry.value("time_unit", "ns");
  const std::optional<double> factor = time_factor(unit);
  if (!factor) fail(position, fmt::format("time_unit '{}' is none of ns, us, ms, s", unit));
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
  if (values_.empty()) fail(position, "an entry of 'benchmarks' without any figure");
  set_label(entry.value("label", ""));
  emit(entry.at("name").get_ref<const std::string&>());
}

void EntryReader::entry(const json& entry, const Position& position) {
  values_.clear();
  try {
    if (entry.value("run_type", "iteration") == "aggregate") return;
    const std::string name = entry.at("name").get<std::string>();
    if (entry.value("error_occurred", false)) {
      report_.add(fmt::format("{}: '{}': left out, it ended in an error: {}", name_, name,
                              entry.value("error_message", "no message")));
      return;
    }
    const bool own = entry.contains("path") && entry.contains("mode") && entry.contains("round") &&
                     entry.contains("sequence");
    if (own) {
      own_entry(entry);
    } else {
      google_entry(entry, position);
    }
  } catch (const json::exception&) {
    fail(position, "an entry of 'benchmarks' lacks a key or has one of another type");
  }
}

/// Follows the structure of the file and collects the flat fields of one entry at a time.
class FileHandler : public nlohmann::json_sax<json> {
 public:
  FileHandler(const std::string& name, const JsonBytes& bytes, RecordSink& sink)
      : name_(name), bytes_(bytes), entries_(name, sink) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool flag) override { return value(flag); }
  bool number_integer(number_integer_t number) override { return value(number); }
  bool number_unsigned(number_unsigned_t number) override { return value(number); }
  bool number_float(number_float_t number, const string_t& text) override {
    static_cast<void>(text);
    return value(number);
  }
  bool string(string_t& text) override { return value(std::move(text)); }
  bool binary(binary_t& bytes) override {
    static_cast<void>(bytes);
    return true;
  }
  bool start_object(std::size_t elements) override {
    static_cast<void>(elements);
    enter();
    if (in_benchmarks_ && depth_ == kEntryDepth) entry_ = json::object();
    return true;
  }
  bool key(string_t& key) override {
    if (depth_ == 1) top_key_ = key;
    if (depth_ == kEntryDepth) key_ = std::move(key);
    return true;
  }
  bool end_object() override {
    if (in_benchmarks_ && depth_ == kEntryDepth) entries_.entry(entry_, bytes_.position());
    --depth_;
    return true;
  }
  bool start_array(std::size_t elements) override {
    static_cast<void>(elements);
    enter();
    if (depth_ == 2 && top_key_ == "benchmarks") in_benchmarks_ = seen_benchmarks_ = true;
    return true;
  }
  bool end_array() override {
    if (--depth_ == 1) in_benchmarks_ = false;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    static_cast<void>(position);
    static_cast<void>(last_token);
    const Position& at = bytes_.position();
    constexpr int out_of_range = 406;
    throw UsageError(fmt::format(
        "{}: {} at byte {} (line {}); {}", name_,
        error.id == out_of_range ? "number out of range"
        : at.at_end              ? "JSON cut off"
                                 : "not valid JSON",
        at.byte, at.line,
        at.at_end ? "the file is truncated, write it again"
                  : "give a file as Google Benchmark or splicebench writes it"));
  }

  ReadReport take_report() {
    if (!seen_benchmarks_) {
      throw UsageError(fmt::format("{}: JSON without a list 'benchmarks'; give a file as Google "
                                   "Benchmark or splicebench writes it",
                                   name_));
    }
    ReadReport report = entries_.take_report();
    report.lines = bytes_.position().line;
    return report;
  }

 private:
  static constexpr int kEntryDepth = 3;  // { benchmarks: [ {

  void enter() {
    if (++depth_ > kDeepest) {
      throw UsageError(fmt::format("{}: nested deeper than {} levels at byte {} (line {}); this is "
                                   "no benchmark result",
                                   name_, kDeepest, bytes_.position().byte, bytes_.position().line));
    }
  }

  template <typename Value>
  bool value(Value&& value) {
    if (!in_benchmarks_ || depth_ != kEntryDepth) return true;
    if (entry_.size() >= kMostFields) {
      throw UsageError(fmt::format("{}: an entry of more than {} keys at byte {} (line {}); this is "
                                   "no benchmark result",
                                   name_, kMostFields, bytes_.position().byte,
                                   bytes_.position().line));
    }
    entry_[key_] = std::forward<Value>(value);
    return true;
  }

  const std::string& name_;
  const JsonBytes& bytes_;
  EntryReader entries_;
  int depth_ = 0;
  bool in_benchmarks_ = false;
  bool seen_benchmarks_ = false;
  std::string top_key_;
  std::string key_;
  json entry_;
};

}  // namespace

ReadReport read_benchmark_json(Window& window, const std::string& name, RecordSink& sink) {
  JsonBytes bytes(window, name);
  FileHandler handler(name, bytes, sink);
  json::sax_parse(ByteIterator(&bytes), ByteIterator(nullptr), &handler);
  return handler.take_report();
}

}  // namespace splicebench
