#include "results/formats/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>

#include "results/files/error.h"
#include "results/json/conditions_json.h"
#include "results/json/facts/hosts_json.h"
#include "results/json/fields.h"
#include "results/json/result_json.h"
#include "results/json/sample_json.h"
#include "results/model/sense.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

std::string line_of(const ordered_json& object) {
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// Place of a case among those of the header, by its name.
using Places = std::unordered_map<std::string, std::size_t>;

CaseResult& case_of(Result& result, const Places& places, const CaseId& id) {
  const Places::const_iterator found = places.find(id.name());
  if (found != places.end()) return result.cases[found->second];
  throw UsageError(fmt::format("a sample of {}, which the header does not list", id.name()));
}

void apply_header(const json& line, JournalContents& contents, Places& places) {
  require_schema_version(line.at("schema_version").get<double>(), "its header");
  contents.result.options = options_from_json(line.at("options"));
  contents.result.environment = environment_from_json(line.at("environment"));
  contents.result.cases.clear();
  for (const json& entry : line.at("cases"))
    contents.result.cases.emplace_back().id = case_id_from_json(entry);
  read_conditions(line, contents.result);
  contents.result.hosts = read_hosts(line);
  require_sense(contents.result);
  places.clear();
  for (std::size_t i = 0; i < contents.result.cases.size(); ++i)
    places.emplace(contents.result.cases[i].id.name(), i);
}

void apply_iterations(const json& line, JournalContents& contents) {
  const std::string group = line.at("group").get<std::string>();
  std::int64_t iterations = 0;
  FieldReader{line}("iterations", iterations);
  for (const CaseResult& one : contents.result.cases) {
    if (one.id.key() != group) continue;
    require_iterations(iterations, one.id.chunk);
    contents.iterations[group] = iterations;
    return;
  }
  throw UsageError(fmt::format("iterations of {}, which no case belongs to", group));
}

void apply(const json& line, JournalContents& contents, Places& places) {
  const std::string kind = line.at("kind").get<std::string>();
  if (kind == "header") return apply_header(line, contents, places);
  if (kind == "iterations") {
    apply_iterations(line, contents);
  } else if (kind == "granted") {
    CaseResult& one = case_of(contents.result, places, case_id_from_json(line));
    FieldReader visit(line);
    visit("granted", one.granted);
    visit.sparse("relay_congestion", one.relay_congestion);
  } else if (kind == "sample") {
    const json& sample = line.at("sample");
    case_of(contents.result, places, case_id_from_json(sample))
        .samples.push_back(sample_from_json(sample));
  } else if (kind == "warning") {
    contents.result.warnings.push_back(warning_from_json(line.at("warning")));
  } else {
    throw UsageError(fmt::format("unknown kind '{}'", kind));
  }
}

}  // namespace

std::string journal_header(const Result& result) {
  ordered_json cases = ordered_json::array();
  for (const CaseResult& one : result.cases) {
    write_id(cases.emplace_back(ordered_json{{"name", one.id.name()}}), one.id);
  }
  ordered_json header{{"kind", "header"},
                      {"schema_version", kResultSchemaVersion},
                      {"options", options_to_json(result.options)},
                      {"environment", environment_to_json(result.environment)},
                      {"conditions", conditions_to_json(result.conditions)},
                      {"cases", std::move(cases)}};
  write_hosts(header, result.hosts);
  return line_of(header);
}

std::string journal_iterations(const std::string& group, std::int64_t iterations) {
  return line_of({{"kind", "iterations"}, {"group", group}, {"iterations", iterations}});
}

std::string journal_granted(const CaseResult& result) {
  ordered_json line{{"kind", "granted"}, {"name", result.id.name()}};
  write_id(line, result.id);
  line["granted"] = result.granted;
  if (!result.relay_congestion.empty()) line["relay_congestion"] = result.relay_congestion;
  return line_of(line);
}

std::string journal_sample(const CaseId& id, const Sample& sample) {
  return line_of({{"kind", "sample"}, {"sample", sample_to_json(id, sample, 1)}});
}

std::string journal_warning(const Warning& warning) {
  return line_of({{"kind", "warning"}, {"warning", warning_to_json(warning)}});
}

JournalContents parse_journal(const std::string& text, const std::string& name) {
  JournalContents contents;
  Places places;
  std::size_t begin = 0;
  for (std::int64_t number = 1;; ++number) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    try {
      const std::string_view whole = std::string_view(text).substr(begin, end - begin);
      if (whole.find('\0') != std::string_view::npos) throw UsageError("a NUL byte");
      const json line = json::parse(whole);
      if (number == 1 && line.value("kind", "") != "header") throw UsageError("no header");
      apply(line, contents, places);
    } catch (const std::exception& error) {
      throw UsageError(
          fmt::format("{}:{}: not a splicebench journal: {}", name, number, error.what()));
    }
    begin = end + 1;
  }
  // What is measured by a plan has as many rounds as there are.
  RunOptions& options = contents.result.options;
  for (const CaseResult& one : contents.result.cases) {
    if (options.time <= 0) break;
    for (const Sample& sample : one.samples)
      options.rounds = std::max(options.rounds, sample.round + 1);
  }
  try {
    require_sense(contents.result);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: not a splicebench journal: {}", name, error.what()));
  }
  if (begin == 0) {
    throw UsageError(
        fmt::format("{} is empty: the run was stopped before it had measured anything; start it "
                    "again with the command it was started with",
                    name));
  }
  return contents;
}

}  // namespace splicebench
