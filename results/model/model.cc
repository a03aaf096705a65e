#include "results/model/model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "results/model/hosts/host_names.h"
#include "results/model/path_kinds.h"

namespace splicebench {

namespace {

/// The values that rows have of a condition, in matrix order.
std::vector<std::string> measured_values(const Result& result, ConditionKind kind) {
  std::vector<std::string> values;
  const auto add = [&](const CaseId& id) {
    const std::string& value = id.conditions[kind].value;
    if (!value.empty() && std::find(values.begin(), values.end(), value) == values.end())
      values.push_back(value);
  };
  for (const CaseResult& one : result.cases) add(one.id);
  if (result.ping) {
    for (const PingCase& one : result.ping->cases) add(one.id);
  }
  return values;
}

}  // namespace

std::string named_conditions(const Conditions& conditions, const char* before) {
  std::string text;
  for (const ConditionInfo& info : kConditions) {
    const Condition& one = conditions[info.kind];
    if (!one.usual) text += fmt::format("{}{}={}", before, info.name, one.value);
  }
  return text;
}

std::string Row::key() const {
  return fmt::format("{}/{}{}", path, chunk, named_conditions(conditions, "/"));
}

std::string Row::heading() const { return path + named_conditions(conditions, ", "); }

std::string CaseId::name() const {
  const std::optional<PathKinds> kinds = kinds_of(path);
  return fmt::format("Splice{}/{}/mode={}", kinds && kinds->has_reader() ? "" : "File", key(),
                     mode);
}

std::int64_t count_of(const Conditions& conditions, ConditionKind kind) {
  const std::string& text = conditions[kind].value;
  std::int64_t count = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (text.empty()) return 1;
  const bool whole = error == std::errc() && rest == text.data() + text.size() && count > 0;
  return whole ? count : 0;
}

ConditionLists::ConditionLists() {
  for (const ConditionKind kind :
       {ConditionKind::flows, ConditionKind::relay_threads, ConditionKind::peer_threads})
    (*this)[kind] = {"1"};
  (*this)[ConditionKind::placement] = {kAuto};
  (*this)[ConditionKind::congestion] = {kSystem};
  (*this)[ConditionKind::socket_buffer] = {kAuto};
  (*this)[ConditionKind::link] = {"loopback"};
}

const AppliedCondition* applied(const Result& result, ConditionKind kind,
                                const std::string& value) {
  const auto found = std::find_if(
      result.conditions.begin(), result.conditions.end(),
      [&](const AppliedCondition& one) { return one.kind == kind && one.value == value; });
  return found == result.conditions.end() ? nullptr : &*found;
}

std::vector<const AppliedCondition*> header_conditions(const Result& result) {
  std::vector<const AppliedCondition*> header;
  for (const ConditionInfo& info : kConditions) {
    for (const AppliedCondition& one : result.conditions) {
      if (one.kind != info.kind || !one.usual) continue;
      if (one.text != info.plain) header.push_back(&one);
      break;  // a placement that is usual on other paths comes after
    }
  }
  return header;
}

Sharing sharing_of(const Result& result, const Row& row) {
  const AppliedCondition* const placement =
      applied(result, ConditionKind::placement, row.conditions[ConditionKind::placement].value);
  return placement == nullptr ? Sharing() : placement->sharing;
}

std::vector<std::string> conditions_texts(const Result& result) {
  std::vector<std::string> parts;
  for (std::string text : {hosts_text(result), relay_device_text(result)}) {
    if (!text.empty()) parts.push_back(std::move(text));
  }
  for (const ConditionInfo& info : kConditions) {
    std::vector<std::string> texts;
    for (const std::string& value : measured_values(result, info.kind)) {
      const AppliedCondition* const one = applied(result, info.kind, value);
      texts.push_back(one == nullptr ? value : one->text);
    }
    if (texts.empty() || (texts.size() == 1 && texts.front() == info.plain)) continue;
    const char* const between = info.kind == ConditionKind::placement ? " | " : ", ";
    parts.push_back(fmt::format(fmt::runtime(info.words), fmt::join(texts, between)));
  }
  return parts;
}

std::string conditions_text(const Result& result) {
  return fmt::format("{}", fmt::join(conditions_texts(result), "; "));
}

}  // namespace splicebench
