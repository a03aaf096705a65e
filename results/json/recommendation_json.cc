#include "results/json/paired_json.h"

namespace splicebench {

using nlohmann::ordered_json;

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
