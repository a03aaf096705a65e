#include "harness/engine/engine.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

std::vector<EngineInfo>& registry() {
  static std::vector<EngineInfo> all;
  return all;
}

const EngineInfo& engine_named(const std::string& name, const std::string& flag) {
  std::string known;
  for (const EngineInfo& engine : engines()) {
    if (engine.name == name) return engine;
    known += (known.empty() ? "" : ", ") + engine.name;
  }
  throw UsageError(fmt::format("{}: there is no engine '{}'; choose from: {}", flag, name, known));
}

const EngineParameter& parameter_named(const EngineInfo& engine, const std::string& name,
                                       const std::string& text, const std::string& flag) {
  std::string known;
  for (const EngineParameter& parameter : engine.parameters) {
    if (parameter.name == name) return parameter;
    known += (known.empty() ? "" : ", ") + parameter.name;
  }
  throw UsageError(fmt::format("{}: '{}': engine {} has no parameter '{}'; it has: {}", flag, text,
                               engine.name, name, known.empty() ? "none" : known));
}

void set_parameter(Mode& mode, const std::string& assignment, const std::string& flag) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw UsageError(fmt::format(
        "{}: '{}': '{}' is no parameter; write name=size, e.g. {}:{}=64KiB", flag, mode.text,
        assignment, mode.engine->name,
        mode.engine->parameters.empty() ? "name" : mode.engine->parameters.front().name));
  }
  const EngineParameter& parameter =
      parameter_named(*mode.engine, assignment.substr(0, equals), mode.text, flag);
  const std::int64_t value = parse_size(
      assignment.substr(equals + 1), fmt::format("{}: '{}': {}", flag, mode.text, parameter.name));
  if (value > parameter.most) {
    throw UsageError(fmt::format("{}: '{}': {} is at most {}", flag, mode.text, parameter.name,
                                 format_size(parameter.most)));
  }
  mode.values[parameter.name] = value;
}

}  // namespace

void wait_for(int fd, short events, Calls& calls) {
  pollfd waiting{fd, events, 0};
  ++calls.wait;
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
  }
}

RegisterEngine::RegisterEngine(EngineInfo info) {
  std::vector<EngineInfo>& all = registry();
  const auto place =
      std::lower_bound(all.begin(), all.end(), info,
                       [](const EngineInfo& a, const EngineInfo& b) { return a.name < b.name; });
  all.insert(place, std::move(info));
}

const std::vector<EngineInfo>& engines() { return registry(); }

Mode parse_mode(const std::string& text, const std::string& flag) {
  Mode mode;
  mode.text = text;
  const std::size_t colon = text.find(':');
  mode.engine = &engine_named(text.substr(0, colon), flag);
  for (const EngineParameter& parameter : mode.engine->parameters)
    mode.values[parameter.name] = parameter.initial;
  if (colon == std::string::npos) return mode;
  std::size_t begin = colon + 1;
  for (;;) {
    const std::size_t comma = text.find(',', begin);
    set_parameter(mode, text.substr(begin, comma - begin), flag);
    if (comma == std::string::npos) return mode;
    begin = comma + 1;
  }
}

}  // namespace splicebench
