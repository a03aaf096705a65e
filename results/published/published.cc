#include "results/published/published.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "results/files/error.h"

namespace splicebench {

using nlohmann::json;

namespace {

PublishedRow row_from_json(const json& object) {
  PublishedRow row;
  object.at("benchmark").get_to(row.benchmark);
  object.at("path").get_to(row.path);
  object.at("measured_as").get_to(row.measured_as);
  object.at("chunk").get_to(row.chunk);
  object.at("unit").get_to(row.unit);
  object.at("generic").get_to(row.generic);
  object.at("splice").get_to(row.splice);
  if (!object.at("delta").is_null()) row.delta = object.at("delta").get<double>();
  object.at("p").get_to(row.p);
  return row;
}

PublishedTable table_from_json(const json& object) {
  PublishedTable table;
  object.at("name").get_to(table.name);
  object.at("source").get_to(table.source);
  object.at("title").get_to(table.title);
  object.at("machine").get_to(table.machine);
  object.at("caveats").get_to(table.caveats);
  for (const json& row : object.at("rows")) table.rows.push_back(row_from_json(row));
  return table;
}

}  // namespace

int PublishedRow::sign() const {
  const double change = delta ? *delta : splice - generic;
  return (change > 0) - (change < 0);
}

std::vector<PublishedTable> published_tables(const std::string& which) {
  std::vector<PublishedTable> tables;
  for (const std::string_view text : kPublishedTexts) {
    PublishedTable table = table_from_json(json::parse(text));
    if (which == "all" || which == table.name) tables.push_back(std::move(table));
  }
  if (tables.empty()) {
    throw UsageError(
        fmt::format("--published '{}': no such table; use go-2018, go-2022 or all", which));
  }
  return tables;
}

}  // namespace splicebench
