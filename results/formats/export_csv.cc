#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "results/formats/export.h"
#include "results/json/sample_json.h"

namespace splicebench {

namespace {

std::string field(const nlohmann::ordered_json& value) {
  if (!value.is_string()) return value.dump();
  std::string text = value.get_ref<const std::string&>();
  // A spreadsheet would run it as a formula; the apostrophe makes it text there.
  if (text.find_first_of("=+-@\t\r") == 0) text.insert(text.begin(), '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string to_csv(const Result& result) {
  // The fields of the result file, so that both are described once; samples differ in optional
  // ones.
  std::vector<nlohmann::ordered_json> samples;
  std::vector<std::string> columns;
  std::map<std::string, bool> known;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      samples.push_back(sample_to_json(one.id, sample, result.options.rounds));
      for (const auto& item : samples.back().items()) {
        if (known.emplace(item.key(), true).second) columns.push_back(item.key());
      }
    }
  }
  std::string text = fmt::format("{}\r\n", fmt::join(columns, ","));
  for (const nlohmann::ordered_json& sample : samples) {
    std::string line;
    for (const std::string& column : columns) {
      if (!line.empty() || &column != &columns.front()) line += ",";
      const auto found = sample.find(column);
      if (found != sample.end()) line += field(*found);
    }
    text += line + "\r\n";
  }
  return text;
}

}  // namespace splicebench
