#include "results/formats/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "results/files/error.h"
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

CaseResult& case_of(Result& result, const CaseId& id) {
  for (CaseResult& one : result.cases) {
    if (one.id == id) return one;
  }
  throw UsageError(fmt::format("a sample of {}, which the header does not list", id.name()));
}

void apply_header(const json& line, JournalContents& contents) {
  require_schema_version(line.at("schema_version").get<double>(), "its header");
  contents.result.options = options_from_json(line.at("options"));
  contents.result.environment = environment_from_json(line.at("environment"));
  contents.result.cases.clear();
  for (const json& entry : line.at("cases"))
    contents.result.cases.emplace_back().id = case_id_from_json(entry);
  require_sense(contents.result);
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

void apply(const json& line, JournalContents& contents) {
  const std::string kind = line.at("kind").get<std::string>();
  if (kind == "header") return apply_header(line, contents);
  if (kind == "iterations") {
    apply_iterations(line, contents);
  } else if (kind == "granted") {
    FieldReader{line}("granted", case_of(contents.result, case_id_from_json(line)).granted);
  } else if (kind == "sample") {
    const json& sample = line.at("sample");
    case_of(contents.result, case_id_from_json(sample)).samples.push_back(sample_from_json(sample));
  } else {
    throw UsageError(fmt::format("unknown kind '{}'", kind));
  }
}

}  // namespace

std::string journal_header(const Result& result) {
  ordered_json cases = ordered_json::array();
  for (const CaseResult& one : result.cases) {
    cases.push_back({{"path", one.id.path}, {"chunk", one.id.chunk}, {"mode", one.id.mode}});
  }
  return line_of({{"kind", "header"},
                  {"schema_version", kResultSchemaVersion},
                  {"options", options_to_json(result.options)},
                  {"environment", environment_to_json(result.environment)},
                  {"cases", std::move(cases)}});
}

std::string journal_iterations(const std::string& group, std::int64_t iterations) {
  return line_of({{"kind", "iterations"}, {"group", group}, {"iterations", iterations}});
}

std::string journal_granted(const CaseResult& result) {
  return line_of({{"kind", "granted"},
                  {"path", result.id.path},
                  {"chunk", result.id.chunk},
                  {"mode", result.id.mode},
                  {"granted", result.granted}});
}

std::string journal_sample(const CaseId& id, const Sample& sample) {
  return line_of({{"kind", "sample"}, {"sample", sample_to_json(id, sample, 1)}});
}

JournalContents parse_journal(const std::string& text, const std::string& name) {
  JournalContents contents;
  std::size_t begin = 0;
  for (std::int64_t number = 1;; ++number) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    try {
      const std::string_view whole = std::string_view(text).substr(begin, end - begin);
      if (whole.find('\0') != std::string_view::npos) throw UsageError("a NUL byte");
      const json line = json::parse(whole);
      if (number == 1 && line.value("kind", "") != "header") throw UsageError("no header");
      apply(line, contents);
    } catch (const std::exception& error) {
      throw UsageError(
          fmt::format("{}:{}: not a splicebench journal: {}", name, number, error.what()));
    }
    begin = end + 1;
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
