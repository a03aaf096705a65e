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

}  // namespace splicebench
