#include "results/json/conditions_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/files/error.h"
#include "results/json/fields.h"
#include "results/model/path_kinds.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

template <Either<Sharing> T, typename Visit>
void fields(T& sharing, Visit& visit) {
  visit("peers_share", sharing.peers);
  visit.later("writer_shares", sharing.writer);
  visit.later("reader_shares", sharing.reader);
}

ordered_json conditions_to_json(const std::vector<AppliedCondition>& conditions) {
  ordered_json list = ordered_json::array();
  for (const AppliedCondition& one : conditions) {
    ordered_json& object = list.emplace_back(
        ordered_json{{"condition", kConditions[static_cast<std::size_t>(one.kind)].name},
                     {"value", one.value},
                     {"usual", one.usual},
                     {"text", one.text}});
    if (one.kind != ConditionKind::placement) continue;
    FieldWriter visit(object);
    fields(one.sharing, visit);
  }
  return list;
}

namespace {

AppliedCondition applied_from_json(const json& object) {
  AppliedCondition one;
  const std::string name = object.at("condition").get<std::string>();
  const auto info = std::find_if(kConditions.begin(), kConditions.end(),
                                 [&](const ConditionInfo& each) { return each.name == name; });
  if (info == kConditions.end()) throw UsageError(fmt::format("unknown condition '{}'", name));
  one.kind = info->kind;
  FieldReader visit(object);
  visit("value", one.value);
  visit("usual", one.usual);
  visit("text", one.text);
  if (one.kind == ConditionKind::placement) fields(one.sharing, visit);
  return one;
}

/// What a file of before says of the whole run.
std::vector<AppliedCondition> older_conditions(const json& environment, const Result& result) {
  std::vector<AppliedCondition> all;
  const auto add = [&](ConditionKind kind, const std::string& value, const std::string& text) {
    if (!value.empty()) all.push_back({kind, value, true, text});
  };
  const std::string placement = environment.at("placement").get<std::string>();
  const std::string remote = "the client alone: ";
  std::string name = placement.substr(placement.starts_with(remote) ? remote.size() : 0);
  name.erase(std::min(name.find(':'), name.size()));
  add(ConditionKind::placement, name == "split" && !result.ping ? "alone" : name, placement);
  if (!all.empty()) {
    FieldReader visit(environment);
    fields(all.front().sharing, visit);
  }
  const std::string congestion = environment.value("congestion", "");
  add(ConditionKind::congestion, congestion, congestion);
  const ConditionLists& asked = result.options.conditions;
  const std::string& buffer = asked[ConditionKind::socket_buffer].front();
  add(ConditionKind::socket_buffer, buffer, buffer);
  const std::string& link = asked[ConditionKind::link].front();
  add(ConditionKind::link, link, environment.value("link", link));
  return all;
}

void fill_in(const std::vector<AppliedCondition>& conditions, CaseId& id) {
  const std::optional<PathKinds> kinds = kinds_of(id.path);
  for (const AppliedCondition& one : conditions) {
    const bool of_tcp = one.kind == ConditionKind::congestion || one.kind == ConditionKind::link;
    if (!of_tcp || !kinds || kinds->has_tcp()) id.conditions[one.kind].value = one.value;
  }
}

}  // namespace

void read_conditions(const json& object, Result& result) {
  if (object.contains("conditions")) {
    for (const json& one : object.at("conditions"))
      result.conditions.push_back(applied_from_json(one));
    return;
  }
  result.conditions = older_conditions(object.at("environment"), result);
  for (CaseResult& one : result.cases) fill_in(result.conditions, one.id);
  if (!result.ping) return;
  for (PingCase& one : result.ping->cases) fill_in(result.conditions, one.id);
}

}  // namespace splicebench
