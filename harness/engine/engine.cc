#include "harness/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/wire/control.h"
#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

std::vector<EngineInfo>& registry() {
  static std::vector<EngineInfo> all;
  return all;
}

/// The names in `all`, with `between` between them.
template <typename All, typename NameOf>
std::string names(const All& all, const char* between, NameOf name_of_one) {
  std::string text;
  for (const auto& one : all) (text += text.empty() ? "" : between) += name_of_one(one);
  return text;
}

const EngineParameter* find_parameter(const EngineInfo& engine, const std::string& name) {
  for (const EngineParameter& parameter : engine.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

/// What stands between the engine's name and its first parameter.
char separator_of(const EngineInfo& engine) {
  return engine.name.find(':') == std::string::npos ? ':' : ',';
}

/// The one with the longest name that `text` begins with.
const EngineInfo& engine_of(const std::string& text, const std::string& flag) {
  const EngineInfo* found = nullptr;
  for (const EngineInfo& engine : engines()) {
    const std::size_t size = engine.name.size();
    const bool begins = text.starts_with(engine.name) &&
                        (text.size() == size || text[size] == separator_of(engine));
    if (begins && (found == nullptr || size > found->name.size())) found = &engine;
  }
  if (found != nullptr) return *found;
  const std::string name = text.substr(0, text.find(':'));
  const bool is_switch =
      std::any_of(engines().begin(), engines().end(), [&name](const EngineInfo& engine) {
        const EngineParameter* const parameter = find_parameter(engine, name);
        return parameter != nullptr && parameter->type == EngineParameter::Type::toggle;
      });
  throw UsageError(
      fmt::format("{}: there is no engine '{}'; {}choose from: {}", flag, name,
                  is_switch ? fmt::format("write {}=on for the switch, or ", name) : "",
                  names(engines(), ", ", [](const EngineInfo& engine) { return engine.name; })));
}

std::string parameter_names(const EngineInfo& engine) {
  return names(engine.parameters, ", ",
               [](const EngineParameter& parameter) { return parameter.name; });
}

std::int64_t parse_count(const EngineParameter& parameter, const std::string& text,
                         const std::string& what) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || value < parameter.least || value > parameter.most) {
    throw UsageError(fmt::format("{}: '{}' is not a whole number from {} to {}", what, text,
                                 parameter.least, parameter.most));
  }
  return value;
}

std::int64_t parse_choice(const EngineParameter& parameter, const std::string& text,
                          const std::string& what) {
  const auto found = std::find(parameter.choices.begin(), parameter.choices.end(), text);
  if (found == parameter.choices.end()) {
    throw UsageError(
        fmt::format("{}: '{}' is no choice; choose from: {}", what, text,
                    names(parameter.choices, ", ", [](const std::string& one) { return one; })));
  }
  return found - parameter.choices.begin();
}

std::int64_t parse_value(const EngineParameter& parameter, const std::string& text,
                         const std::string& before) {
  const std::string what = before + ": " + parameter.name;
  if (parameter.type == EngineParameter::Type::count) return parse_count(parameter, text, what);
  if (parameter.type != EngineParameter::Type::size) return parse_choice(parameter, text, what);
  if (!parameter.word.empty() && text == parameter.word) return 0;
  const std::int64_t value = parse_size(text, what);
  if (value > parameter.most)
    throw UsageError(fmt::format("{} is at most {}", what, format_size(parameter.most)));
  return value;
}

void set_parameter(Mode& mode, const std::string& assignment, const std::string& flag) {
  const EngineInfo& engine = *mode.engine;
  const std::string before = fmt::format("{}: '{}'", flag, mode.text);
  const std::size_t equals = assignment.find('=');
  const EngineParameter* const parameter = find_parameter(engine, assignment.substr(0, equals));
  if (equals == std::string::npos) {
    if (parameter != nullptr && parameter->type == EngineParameter::Type::toggle) {
      mode.values[parameter->name] = 1;
      return;
    }
    throw UsageError(
        fmt::format("{}: '{}' is no parameter; write name=size, e.g. {}{}{}=64KiB", before,
                    assignment, engine.name, separator_of(engine),
                    engine.parameters.empty() ? "name" : engine.parameters.front().name));
  }
  if (parameter == nullptr) {
    throw UsageError(fmt::format("{}: engine {} has no parameter '{}'; it has: {}", before,
                                 engine.name, assignment.substr(0, equals),
                                 engine.parameters.empty() ? "none" : parameter_names(engine)));
  }
  mode.values[parameter->name] = parse_value(*parameter, assignment.substr(equals + 1), before);
}

bool contains(const std::vector<EndKind>& kinds, EndKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string kind_names(const std::vector<EndKind>& kinds) {
  return names(kinds, " or ", [](EndKind kind) { return name_of(kind); });
}

}  // namespace

EngineParameter EngineParameter::size(std::string name, std::int64_t initial, std::int64_t most,
                                      std::string help) {
  return {Type::size, std::move(name), initial, 1, most, {}, std::move(help)};
}

EngineParameter EngineParameter::count(std::string name, std::int64_t initial, std::int64_t least,
                                       std::int64_t most, std::string help) {
  return {Type::count, std::move(name), initial, least, most, {}, std::move(help)};
}

EngineParameter EngineParameter::toggle(std::string name, bool initial, std::string help) {
  return {Type::toggle, std::move(name), initial ? 1 : 0, 0, 1, {"off", "on"}, std::move(help)};
}

EngineParameter EngineParameter::choice(std::string name, std::vector<std::string> choices,
                                        std::string help) {
  const std::int64_t last = std::ssize(choices) - 1;
  return {Type::choice, std::move(name), 0, 0, last, std::move(choices), std::move(help)};
}

EngineParameter EngineParameter::or_word(std::string text) && {
  word = std::move(text);
  return std::move(*this);
}

std::string EngineParameter::form() const {
  if (type == Type::size) return word.empty() ? "SIZE" : "SIZE|" + word;
  if (type == Type::count) return "N";
  return names(choices, "|", [](const std::string& one) { return one; });
}

std::string EngineInfo::why_unfit(PathKinds kinds) const {
  if (contains(sources, kinds.source) && contains(sinks, kinds.sink)) return {};
  return fmt::format("engine {} relays from {} to {}", name, kind_names(sources),
                     kind_names(sinks));
}

std::string EngineInfo::why_not(PathKinds kinds) const {
  const std::string unfit = why_unfit(kinds);
  if (!unfit.empty()) return unfit;
  const std::string reason = why_unavailable();
  return reason.empty() ? "" : fmt::format("engine {} is not available here: {}", name, reason);
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
  constexpr std::size_t most = sizeof(RelayTask::mode) - 1;
  if (text.size() > most) {
    throw UsageError(fmt::format("{}: '{}...' has {} characters, more than the {} of a mode", flag,
                                 text.substr(0, 40), text.size(), most));
  }
  Mode mode;
  mode.text = text;
  mode.engine = &engine_of(text, flag);
  for (const EngineParameter& parameter : mode.engine->parameters)
    mode.values[parameter.name] = parameter.initial;
  std::size_t begin = mode.engine->name.size() + 1;
  if (text.size() < begin) return mode;
  for (;;) {
    const std::size_t comma = text.find(',', begin);
    set_parameter(mode, text.substr(begin, comma - begin), flag);
    if (comma == std::string::npos) return mode;
    begin = comma + 1;
  }
}

void require_relay(const Mode& mode, const std::string& flag) {
  if (mode.engine->relays()) return;
  throw UsageError(fmt::format("{}: '{}' has no relay in it; take it with run, or leave it out",
                               flag, mode.text));
}

}  // namespace splicebench
