// Reading of result files, for result_json.h: as a stream, since a long run's file is a hundred
// times larger than what is kept of it.

#include <fmt/format.h>

#include <unordered_map>
#include <utility>
#include <vector>

#include "results/files/error.h"
#include "results/json/conditions_json.h"
#include "results/json/facts/hosts_json.h"
#include "results/json/fields.h"
#include "results/json/ping_json.h"
#include "results/json/result_json.h"
#include "results/json/sample_json.h"
#include "results/json/stream/flat_object.h"
#include "results/json/stream/json_stream.h"
#include "results/json/stream/tree_builder.h"
#include "results/model/sense.h"

namespace splicebench {

using nlohmann::json;

namespace {

/// More are no `splicebench` object, and would be held.
constexpr std::size_t kMostValues = 300'000;
/// More are no sample; a member is looked for among all others of its sample.
constexpr std::size_t kMostMembers = 10'000;

[[noreturn]] void refuse_as_foreign(const std::string& name, const char* why) {
  throw UsageError(fmt::format(
      "{}: not a splicebench result ({}); give a file that 'splicebench run' wrote", name, why));
}

/// By name of their case.
template <typename Value>
using ByCase = std::unordered_map<std::string, std::vector<Value>>;

/// What was read of case `name`; `values` has it no longer.
template <typename Value>
std::vector<Value> take_out(ByCase<Value>& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end()) return {};
  std::vector<Value> taken = std::move(found->second);
  values.erase(found);
  return taken;
}

/// Throws UsageError when some are left that no case has taken out.
template <typename Value>
void require_none_left(const ByCase<Value>& values, const char* what, const std::string& file) {
  if (values.empty()) return;
  throw UsageError(
      fmt::format("{}: {} of '{}', which is not among its cases; the file was edited or damaged",
                  file, what, values.begin()->first));
}

/// Takes a sample, of a ping a block, from each entry of `benchmarks` and keeps the `splicebench`
/// object.
class ResultReader : public JsonFollower {
 public:
  explicit ResultReader(JsonBytes& bytes) : JsonFollower(bytes) {}

  bool start_object(std::size_t elements) override {
    JsonFollower::start_object(elements);
    if (section_ == Section::kSamples && depth() < kSampleDepth) refuse("'benchmarks' is no list");
    open(json::object());
    return true;
  }
  bool start_array(std::size_t elements) override {
    JsonFollower::start_array(elements);
    if (section_ == Section::kSamples && depth() < kSampleDepth) seen_samples_ = true;
    if (in_sample()) refuse("'benchmarks' holds a list");
    open(json::array());
    return true;
  }
  bool end_object() override {
    close();
    return JsonFollower::end_object();
  }
  bool end_array() override {
    close();
    return JsonFollower::end_array();
  }

  /// What was read. Throws UsageError when it was no result.
  Result take();

 private:
  enum class Section { kOther, kSamples, kOwn };
  static constexpr int kSampleDepth = 3;  // { benchmarks: [ {
  static constexpr int kOwnDepth = 2;     // { splicebench: {

  static Section section_of(const std::string& key) {
    if (key == "benchmarks") return Section::kSamples;
    return key == "splicebench" ? Section::kOwn : Section::kOther;
  }
  /// What follows from the samples, and is computed from them again.
  bool is_derived(const std::string& key) const {
    return section_ == Section::kOwn && (key == "paired" || key == "summaries" || key == "verdict");
  }
  /// Depth of the object of which the tree is built.
  int root_depth() const { return section_ == Section::kOwn ? kOwnDepth : kSampleDepth; }
  bool kept() const {
    return section_ != Section::kOther && skipped_ == 0 && depth() >= root_depth();
  }

  /// Of the members of a sample, which go where memory is used again.
  bool in_sample() const { return section_ == Section::kSamples && depth() == kSampleDepth; }

  void open(json container);
  void close();
  bool value(json value) override;
  void member(const std::string& name) override;
  void add_member(json value);
  void take_sample();
  /// All but samples and blocks.
  Result result_of_own() const;
  void count_value();
  [[noreturn]] void refuse(const std::string& why) const;

  Section section_ = Section::kOther;
  int skipped_ = 0;  ///< depth of the key whose value is not kept; 0: none
  bool seen_samples_ = false;
  TreeBuilder tree_;        ///< of the object that is open; of a sample, of the list in it
  std::size_t values_ = 0;  ///< of the sample or object that is open
  FlatObject sample_;
  std::string key_;  ///< of the member of `sample_` that is read
  json own_;
  ByCase<Sample> samples_;
  CaseId last_;
  std::vector<Sample>* of_last_ =
      nullptr;  ///< those of `last_`: most samples of a case stand together
  ByCase<PingBlock> blocks_;
};

void ResultReader::refuse(const std::string& why) const {
  throw UsageError(fmt::format("{}: cannot be read as a splicebench result: {} at line {}",
                               bytes().name(), why, bytes().position().line));
}

void ResultReader::count_value() {
  if (++values_ > kMostValues)
    refuse(fmt::format("more than {} values in one object", kMostValues));
}

void ResultReader::member(const std::string& name) {
  if (depth() == 1) section_ = section_of(name);
  if (skipped_ == 0 || depth() <= skipped_) skipped_ = is_derived(name) ? depth() : 0;
  if (!kept()) return;
  if (in_sample()) {
    key_ = name;
  } else {
    tree_.key(name);
  }
}

void ResultReader::open(json container) {
  if (!kept()) return;
  if (depth() == root_depth()) values_ = 0;
  count_value();
  if (in_sample()) return sample_.clear();
  tree_.open(std::move(container));
}

void ResultReader::close() {
  if (depth() == skipped_) skipped_ = 0;  // the object that has the key
  if (!kept()) return;
  if (in_sample()) return take_sample();
  tree_.close();
  if (section_ == Section::kOwn) {
    if (depth() == kOwnDepth) own_ = tree_.take();
  } else if (depth() == kSampleDepth + 1) {
    add_member(tree_.take());
  }
}

void ResultReader::add_member(json value) {
  sample_.add(key_, std::move(value));
  if (sample_.size() > kMostMembers)
    refuse(fmt::format("more than {} members in one sample", kMostMembers));
}

bool ResultReader::value(json value) {
  if (section_ == Section::kSamples && depth() < kSampleDepth) refuse("'benchmarks' holds a value");
  if (!kept()) return true;
  count_value();
  if (in_sample()) {
    add_member(std::move(value));
  } else {
    tree_.add(std::move(value));
  }
  return true;
}

void ResultReader::take_sample() {
  const ObjectView entry(sample_);
  if (entry.value("run_type", std::string()) == "aggregate") return;  // follows from the samples
  // Google Benchmark's own entries: any other key that is missing is damage.
  if (!entry.contains("path")) {
    refuse_as_foreign(bytes().name(), "an entry of 'benchmarks' without a 'path'");
  }
  try {
    const CaseId id = case_id_from_json(entry);
    if (is_ping_block(entry)) {
      blocks_[ping_name(id)].push_back(ping_block_from_json(entry));
    } else {
      if (of_last_ == nullptr || id != last_) {
        last_ = id;
        of_last_ = &samples_[id.name()];
      }
      of_last_->push_back(sample_from_json(entry));
    }
  } catch (const std::exception& error) {
    refuse(error.what());
  }
}

Result ResultReader::result_of_own() const {
  Result result;
  FieldReader own(own_);
  result.options = options_from_json(own_.at("options"));
  result.environment = environment_from_json(own_.at("environment"));
  own("complete", result.complete);
  own("wall_seconds", result.wall_seconds);
  own("rounds_seconds", result.rounds_seconds);
  for (const json& entry : own_.at("cases")) {
    CaseResult& one = result.cases.emplace_back();
    one.id = case_id_from_json(entry);
    FieldReader visit(entry);
    visit("granted", one.granted);
    visit.sparse("relay_congestion", one.relay_congestion);
  }
  if (own_.contains("ping")) result.ping = ping_from_json(own_.at("ping"));
  read_conditions(own_, result);
  result.hosts = read_hosts(own_);
  for (const json& entry : own_.at("warnings")) {
    result.warnings.push_back(warning_from_json(entry));
  }
  return result;
}

Result ResultReader::take() {
  const std::string& name = bytes().name();
  if (!own_.is_object()) refuse_as_foreign(name, "no 'splicebench' object");
  const auto understand = [&name](const auto& read) {
    try {
      return read();
    } catch (const std::exception& error) {
      throw UsageError(
          fmt::format("{}: cannot be read as a splicebench result: {}", name, error.what()));
    }
  };
  require_schema_version(understand([&] { return own_.at("schema_version").get<double>(); }), name);
  Result result = understand([&] { return result_of_own(); });
  for (CaseResult& one : result.cases) one.samples = take_out(samples_, one.id.name());
  require_none_left(samples_, "sample", name);
  if (result.ping) {
    for (PingCase& one : result.ping->cases) one.blocks = take_out(blocks_, ping_name(one.id));
  }
  require_none_left(blocks_, "block", name);
  if (!seen_samples_) refuse("no list 'benchmarks'");
  understand([&] { return require_sense(result), true; });
  return result;
}

Result read_from(ByteSource& source, const std::string& name) {
  Window window(source);
  JsonBytes bytes(window, name);
  ResultReader reader(bytes);
  follow_json(bytes, reader);
  return reader.take();
}

}  // namespace

void require_schema_version(double version, const std::string& name) {
  if (version == kResultSchemaVersion) return;
  throw UsageError(
      fmt::format("{}: schema version {}, this program reads {}; use the splicebench that wrote it",
                  name, version, kResultSchemaVersion));
}

Result read_result(const std::string& path) {
  const std::unique_ptr<ByteSource> source = open_source(path);
  return read_from(*source, path);
}

Result parse_result(const std::string& text, const std::string& name) {
  const std::unique_ptr<ByteSource> source = memory_source(text);
  return read_from(*source, name);
}

}  // namespace splicebench
