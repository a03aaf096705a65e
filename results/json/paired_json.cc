#include "results/json/paired_json.h"

#include <cmath>

#include "results/json/sample_json.h"
#include "results/stats/paired_method.h"

namespace splicebench {

using nlohmann::ordered_json;

ordered_json json_number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json paired_table_to_json(const PairedTable& table) {
  ordered_json rows = ordered_json::array();
  for (const PairedComparison& row : table.rows) {
    ordered_json& object = rows.emplace_back(ordered_json::object());
    write_id(object, row.id);
    object.update({{"baseline", row.baseline},
                   {"n", row.n},
                   {"two_states", row.two_states},
                   {"ratio", json_number(row.ratio)},
                   {"low", json_number(row.low)},
                   {"high", json_number(row.high)},
                   {"level", kIntervalLevel},
                   {"could_have_told", json_number(row.could_have_told)},
                   {"p", row.p},
                   {"p_holm", row.p_holm},
                   {"significant", row.significant}});
  }
  return {{"unit", table.unit},
          {"alpha", table.alpha},
          {"rounds_needed", table.rounds_needed},
          {"comparisons", table.comparisons},
          {"rows", rows}};
}

std::string paired_json(const std::vector<PairedTable>& tables) {
  ordered_json list = ordered_json::array();
  for (const PairedTable& table : tables) list.push_back(paired_table_to_json(table));
  const ordered_json file{{"schema_version", 1}, {"method", kPairedMethod}, {"paired", list}};
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

namespace {

ordered_json effect_to_json(const Effect& effect) {
  if (effect.claimed == 0) return nullptr;
  return {{"low", json_number(effect.low)},
          {"high", json_number(effect.high)},
          {"claimed", effect.claimed},
          {"compared", effect.all}};
}

ordered_json advice_to_json(const Advice& advice) {
  ordered_json object{
      {"path", advice.path}, {"answer", name_of(advice.answer)}, {"chunks", advice.chunks}};
  if (advice.answer == Answer::kMaybe) object["because"] = doubt_text(advice);
  if (advice.answer != Answer::kYes) return object;
  object["modes"] = advice.modes;
  object["at_all_of_them"] = advice.everywhere;
  object["against"] = advice.against;
  object["throughput"] = effect_to_json(advice.throughput);
  object["relay_cpu"] = effect_to_json(advice.relay_cpu);
  object["system_cpu"] = effect_to_json(advice.system_cpu);
  return object;
}

}  // namespace

ordered_json recommendation_to_json(const Recommendation& recommendation) {
  ordered_json answers = ordered_json::array();
  for (const Advice& one : recommendation.advice) answers.push_back(advice_to_json(one));
  ordered_json map = ordered_json::array();
  for (const MapCell& cell : recommendation.map) {
    map.push_back({{"row", cell.row.heading()}, {"chunk", cell.row.chunk}, {"best", cell.modes}});
  }
  ordered_json object{{"baseline", recommendation.baseline},
                      {"answers", answers},
                      {"map", map},
                      {"trust", nullptr}};
  if (recommendation.trust) {
    const Trust& trust = *recommendation.trust;
    object["trust"] = {{"median_half_width", json_number(trust.median_half_width)},
                       {"worst_half_width", json_number(trust.worst_half_width)},
                       {"steal", trust.steal},
                       {"failed", trust.failed},
                       {"samples", trust.samples}};
  }
  return object;
}

}  // namespace splicebench
