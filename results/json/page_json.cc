#include "results/json/page_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "results/model/metrics.h"
#include "results/stats/case_change.h"
#include "results/stats/case_figures.h"
#include "results/stats/paired.h"

namespace splicebench {

using nlohmann::ordered_json;

namespace {

/// Six digits: more than any interval is narrow, and half the size of a whole double.
ordered_json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0) return 0;
  const double scale = std::pow(10.0, 5 - std::floor(std::log10(std::abs(value))));
  const double rounded = std::isfinite(scale) ? std::round(value * scale) / scale : value;
  // Integers without ".0": a third of the samples' figures are byte counts and positions.
  if (rounded == std::floor(rounded) && std::abs(rounded) < 1e15) {
    return static_cast<std::int64_t>(rounded);
  }
  return rounded;
}

ordered_json summary(const std::optional<Summary>& value) {
  if (!value) return nullptr;
  return {number(value->centre), number(value->low), number(value->high), value->n};
}

/// Places of paths, chunks and modes in the page's lists.
class Places {
 public:
  explicit Places(const PageData& data) {
    for (const PageMode& mode : data.modes) modes_.push_back(mode.name);
    // What only the older result has stands in none of the charts.
    for (const CaseResult& one : data.result->cases) {
      if (std::find(paths_.begin(), paths_.end(), one.id.path) == paths_.end()) {
        paths_.push_back(one.id.path);
      }
      chunks_.insert(one.id.chunk);
    }
  }

  /// Path, chunk and mode as the start of a row.
  ordered_json of(const CaseId& id) const {
    return {std::find(paths_.begin(), paths_.end(), id.path) - paths_.begin(),
            std::distance(chunks_.begin(), chunks_.find(id.chunk)),
            std::find(modes_.begin(), modes_.end(), id.mode) - modes_.begin()};
  }

  const std::vector<std::string>& paths() const { return paths_; }
  const std::set<std::int64_t>& chunks() const { return chunks_; }

 private:
  std::vector<std::string> paths_;
  std::set<std::int64_t> chunks_;
  std::vector<std::string> modes_;
};

ordered_json cases_of(const Result& result, const Places& places) {
  ordered_json cases = ordered_json::array();
  for (const CaseFigures& one : figures_of(result)) {
    ordered_json cpu = nullptr;
    if (one.cpu) {
      cpu = {number(one.cpu->relay_user), number(one.cpu->relay_system), number(one.cpu->peers),
             number(one.cpu->rest)};
    }
    cases.push_back({{"id", places.of(one.id)},
                     {"good", one.good},
                     {"failed", one.failed},
                     {"speed", summary(one.throughput)},
                     {"relay", summary(one.relay_cpu)},
                     {"system", summary(one.system_cpu)},
                     {"call", summary(one.bytes_per_call)},
                     {"calls", summary(one.calls_per_mib)},
                     {"cpu", std::move(cpu)}});
  }
  return cases;
}

ordered_json changes_of(const Result& result, const std::string& unit, const Places& places) {
  const PairedTable table = compare_paired(result, unit);
  ordered_json rows = ordered_json::array();
  for (const PairedComparison& row : table.rows) {
    rows.push_back({{"id", places.of({row.path, row.chunk, row.mode})},
                    {"n", row.n},
                    {"ratio", number(row.ratio)},
                    {"low", std::isfinite(row.high) ? number(row.low) : nullptr},
                    {"high", number(row.high)},
                    {"p", number(row.p_holm)},
                    {"significant", row.significant}});
  }
  return {{"needed", table.rounds_needed}, {"rows", std::move(rows)}};
}

ordered_json old_new_of(const Result& older, const Result& newer, const Places& places) {
  ordered_json rows = ordered_json::array();
  for (const CaseChange& change : case_changes(older, newer, "B/s")) {
    rows.push_back({{"id", places.of(change.id)},
                    {"n_old", change.n_old},
                    {"n_new", change.n_new},
                    {"ratio", number(change.ratio)},
                    {"low", std::isfinite(change.high) ? number(change.low) : nullptr},
                    {"high", number(change.high)},
                    {"p", number(change.p)},
                    {"significant", change.significant}});
  }
  return rows;
}

/// A group per path of a published table, with its rows of throughput.
ordered_json published_of(const Result& result) {
  ordered_json paths = ordered_json::array();
  for (const ReplicatedTable& table : covered_tables(result)) {
    for (const ReplicatedRow& row : table.rows) {
      const PublishedRow& there = row.published;
      if (there.unit != "B/s") continue;
      const std::string as =
          there.measured_as == there.path ? "" : " (as " + there.measured_as + ")";
      const std::string title = table.published.name + ": " + there.path + as;
      if (paths.empty() || paths.back()["title"] != title) {
        paths.push_back({{"title", title}, {"rows", ordered_json::array()}});
      }
      ordered_json here = nullptr;
      if (row.here) {
        here = {{"n", row.here->n},
                {"ratio", number(row.here->ratio)},
                {"low", std::isfinite(row.here->high) ? number(row.here->low) : nullptr},
                {"high", number(row.here->high)},
                {"significant", row.here->significant}};
      }
      paths.back()["rows"].push_back(
          {{"chunk", there.chunk},
           {"ratio", number(there.delta ? 1 + *there.delta : there.splice / there.generic)},
           {"significant", there.delta.has_value()},
           {"here", std::move(here)}});
    }
  }
  return paths;
}

/// One row per sample, in the columns of kSampleColumns; a failed one ends in its error.
const std::vector<std::string> kSampleColumns{"path",       "chunk",      "mode",       "round",
                                              "start",      "bytes",      "seconds",    "relay_cpu",
                                              "writer_cpu", "reader_cpu", "system_cpu", "calls_in",
                                              "calls_out",  "calls_wait", "error"};

ordered_json samples_of(const Result& result, const Places& places) {
  ordered_json rows = ordered_json::array();
  for (const CaseResult& one : result.cases) {
    const ordered_json id = places.of(one.id);
    for (const Sample& sample : one.samples) {
      ordered_json row = id;
      row.push_back(sample.round);
      row.push_back(number(sample.start));
      if (sample.error.empty()) {
        row.push_back(sample.bytes);
        row.push_back(number(sample.seconds));
        row.push_back(number(sample.relay.total()));
        row.push_back(number(sample.writer.total()));
        row.push_back(sample.reader ? number(sample.reader->total()) : ordered_json(nullptr));
        row.push_back(number(sample.system.busy));
        for (std::int64_t Calls::*count : {&Calls::in, &Calls::out, &Calls::wait})
          row.push_back(sample.calls ? ordered_json((*sample.calls).*count)
                                     : ordered_json(nullptr));
      } else {
        row.insert(row.end(), 9, nullptr);
        row.push_back(sample.error);
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string without_markup(const std::string& json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) {
    switch (c) {  // these occur inside of JSON strings only
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace

std::vector<ReplicatedTable> covered_tables(const Result& result) {
  std::vector<ReplicatedTable> covered;
  for (PublishedTable& table : published_tables("all")) {
    ReplicatedTable replicated = replicate(result, std::move(table));
    const bool any = std::any_of(
        replicated.rows.begin(), replicated.rows.end(),
        [](const ReplicatedRow& row) { return row.here && row.published.unit == "B/s"; });
    if (any) covered.push_back(std::move(replicated));
  }
  return covered;
}

std::string page_json(const PageData& data) {
  const Places places(data);
  ordered_json modes = ordered_json::array();
  for (const PageMode& mode : data.modes) {
    modes.push_back({{"name", mode.name}, {"slot", mode.slot}});
  }
  ordered_json page{{"modes", std::move(modes)},
                    {"paths", places.paths()},
                    {"chunks", places.chunks()},
                    {"planned", planned_chunks(*data.result)},
                    {"baseline", baseline_mode(*data.result)},
                    {"cases", cases_of(*data.result, places)},
                    {"changes",
                     {{"B/s", changes_of(*data.result, "B/s", places)},
                      {"relay-cpu-sec/GB", changes_of(*data.result, "relay-cpu-sec/GB", places)}}},
                    {"sample_columns", kSampleColumns},
                    {"samples", samples_of(*data.result, places)}};
  page["planned_in_both"] =
      data.older ? planned_chunks(*data.older, *data.result) : std::vector<std::int64_t>();
  page["published"] = published_of(*data.result);
  page["old_new"] = data.older ? old_new_of(*data.older, *data.result, places)
                               : ordered_json(ordered_json::array());
  constexpr bool kAsciiOnly = true;
  return without_markup(page.dump(-1, ' ', kAsciiOnly, ordered_json::error_handler_t::replace));
}

}  // namespace splicebench
