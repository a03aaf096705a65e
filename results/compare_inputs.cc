#include "results/compare_inputs.h"

#include <fmt/format.h>

#include <map>

#include "results/benchmark_json.h"
#include "results/error.h"
#include "results/go_text.h"
#include "results/input.h"

namespace splicebench {

std::vector<CompareInput> parse_inputs(const std::vector<std::string>& arguments) {
  std::vector<CompareInput> inputs;
  std::map<std::string, std::size_t> unlabelled;
  std::size_t standard_inputs = 0;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    CompareInput input{argument.substr(0, equals), argument};
    if (equals == std::string::npos) {
      ++unlabelled[argument];
    } else {
      input.path = argument.substr(equals + 1);
    }
    if (input.path.empty()) {
      throw UsageError(fmt::format("'{}': no file name; give a path or label=path", argument));
    }
    if (input.path == "-" && ++standard_inputs > 1) {
      throw UsageError("'-' stands for standard input, which can be read only once; name it once");
    }
    inputs.push_back(std::move(input));
  }
  std::map<std::string, std::size_t> number;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool labelled = arguments[i].find('=') != std::string::npos;
    if (labelled || unlabelled[arguments[i]] < 2) continue;
    inputs[i].label += fmt::format("#{}", number[arguments[i]]++);
  }
  return inputs;
}

ReadReport read_input(const CompareInput& input, RecordSink& sink) {
  const std::unique_ptr<ByteSource> source = open_source(input.path);
  Window window(*source);
  while (window.view().empty() && window.fill()) {
  }
  // A byte order mark is no part of either format.
  while (window.view().size() < 3 && window.fill()) {
  }
  if (window.view().starts_with("\xEF\xBB\xBF")) window.consume(3);
  const std::size_t first = window.view().find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && window.view()[first] == '{';
  return json ? read_benchmark_json(window, input.path, sink)
              : read_go_text(window, input.path, sink);
}

}  // namespace splicebench
