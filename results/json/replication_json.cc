#include "results/json/replication_json.h"

#include <nlohmann/json.hpp>

#include "results/json/paired_json.h"

namespace splicebench {

using nlohmann::ordered_json;

namespace {

ordered_json row_to_json(const ReplicatedRow& row) {
  const PublishedRow& published = row.published;
  ordered_json object{
      {"benchmark", published.benchmark},
      {"path", published.path},
      {"measured_as", published.measured_as},
      {"chunk", published.chunk},
      {"unit", published.unit},
      {"published_delta", published.delta ? ordered_json(*published.delta) : ordered_json(nullptr)},
      {"outcome", name_of(row.outcome)}};
  if (row.here) {
    object["here"] = {
        {"delta", json_number(row.here->ratio - 1)}, {"low", json_number(row.here->low - 1)},
        {"high", json_number(row.here->high - 1)},   {"p_holm", row.here->p_holm},
        {"significant", row.here->significant},      {"n", row.here->n}};
  } else {
    object["command"] = row.command;
  }
  return object;
}

}  // namespace

std::string replication_json(const std::vector<ReplicatedTable>& tables) {
  ordered_json list = ordered_json::array();
  for (const ReplicatedTable& table : tables) {
    ordered_json rows = ordered_json::array();
    for (const ReplicatedRow& row : table.rows) rows.push_back(row_to_json(row));
    list.push_back({{"name", table.published.name},
                    {"source", table.published.source},
                    {"machine", table.published.machine},
                    {"caveats", table.published.caveats},
                    {"alpha", table.alpha},
                    {"rounds_needed", table.rounds_needed},
                    {"same_direction", table.count(Replication::kSame)},
                    {"opposite", table.count(Replication::kOpposite)},
                    {"not_distinguishable", table.count(Replication::kNotDistinguishable)},
                    {"equal_in_every_round", table.count(Replication::kEqual)},
                    {"not_measured", table.count(Replication::kNotMeasured)},
                    {"rows", rows}});
  }
  const ordered_json file{{"schema_version", 1}, {"published", list}};
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
