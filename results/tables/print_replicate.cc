#include "results/tables/print_replicate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "results/tables/print_paired.h"
#include "results/text/go_number.h"
#include "results/text/plain_table.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr std::size_t kFirstNumber = 3;

std::string published_change(const PublishedRow& row) {
  return row.delta ? fmt::format("{:+.2f}%", *row.delta * 100) : "~";
}

bool was_judged(const ReplicatedRow& row) { return row.here && row.outcome != Replication::kEqual; }

PlainTable plain_table(const ReplicatedTable& table) {
  PlainTable plain{{"path", "chunk", "unit", "published", "here", "interval here", "outcome"}, {}};
  for (const ReplicatedRow& row : table.rows) {
    const PublishedRow& published = row.published;
    const std::string path = published.path == published.measured_as
                                 ? published.path
                                 : published.path + " as " + published.measured_as;
    plain.rows.push_back(
        {path, format_size(published.chunk), published.unit, published_change(published),
         !was_judged(row)        ? ""
         : row.here->significant ? format_change(row.here->ratio)
                                 : "~",
         was_judged(row)
             ? fmt::format("{} .. {}", format_change(row.here->low), format_change(row.here->high))
             : "",
         std::string(name_of(row.outcome))});
  }
  return plain;
}

std::vector<std::string> introduction(const ReplicatedTable& table) {
  const PublishedTable& published = table.published;
  std::vector<std::string> lines{
      fmt::format("{}: {}, \"{}\"", published.name, published.source, published.title),
      fmt::format("published on: {}", published.machine)};
  for (const std::string& caveat : published.caveats) lines.push_back("note: " + caveat);
  lines.emplace_back(
      "change of splice against generic; here: paired rounds of one run, signed rank test, Holm "
      "over "
      "the table; a published ~ (no significant change) counts by the sign of its medians");
  return lines;
}

std::vector<std::string> conclusion(const ReplicatedTable& table) {
  const std::size_t equal = table.count(Replication::kEqual);
  std::vector<std::string> lines{fmt::format(
      "{} of {} rows in the same direction ({} opposite, {} not distinguishable here, {} not "
      "measured)",
      table.count(Replication::kSame), table.rows.size() - equal,
      table.count(Replication::kOpposite), table.count(Replication::kNotDistinguishable),
      table.count(Replication::kNotMeasured))};
  if (equal > 0) {
    lines.push_back(fmt::format(
        "{} more {} equal in every round: there is nothing to tell apart, and no part in the "
        "correction",
        equal, equal == 1 ? "row is" : "rows are"));
  }
  std::int64_t most = 0;
  for (const ReplicatedRow& row : table.rows) {
    if (was_judged(row)) most = std::max(most, row.here->n);
  }
  if (most > 0 && most < table.rounds_needed) {
    lines.push_back(fmt::format("need >= {} rounds to tell any row from no change; this run has {}",
                                table.rounds_needed, most));
  }
  std::map<std::string, std::vector<std::int64_t>> missing;  // chunks by path
  for (const ReplicatedRow& row : table.rows) {
    if (row.outcome != Replication::kNotMeasured) continue;
    std::vector<std::int64_t>& chunks = missing[row.published.measured_as];
    const std::int64_t chunk = row.published.chunk;  // stands once per unit
    if (std::find(chunks.begin(), chunks.end(), chunk) == chunks.end()) chunks.push_back(chunk);
  }
  if (!missing.empty()) lines.emplace_back("not measured; these commands would:");
  for (const auto& [path, chunks] : missing) {
    lines.push_back("  " + measuring_command(path, chunks));
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace

std::string replication_text(const std::vector<ReplicatedTable>& tables) {
  std::string text;
  for (const ReplicatedTable& table : tables) {
    if (!text.empty()) text += '\n';
    text += joined(introduction(table)) + "\n" + plain_table(table).text(kFirstNumber) +
            joined(conclusion(table));
  }
  return text;
}

std::string replication_markdown(const std::vector<ReplicatedTable>& tables) {
  std::string text;
  const auto paragraphs = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) text += markdown_cell(line) + "\n\n";
  };
  for (const ReplicatedTable& table : tables) {
    paragraphs(introduction(table));
    text += plain_table(table).markdown(kFirstNumber) + "\n";
    paragraphs(conclusion(table));
  }
  return text;
}

std::string replication_csv(const std::vector<ReplicatedTable>& tables) {
  PlainTable plain{
      {"table", "benchmark", "measured_as", "chunk", "unit", "published_delta", "here_delta",
       "here_low", "here_high", "here_p_holm", "n", "outcome", "caveats"},
      {}};
  for (const ReplicatedTable& table : tables) {
    for (const ReplicatedRow& row : table.rows) {
      const std::optional<PairedComparison>& here = row.here;
      const auto figure = [&](double PairedComparison::*field, double less) {
        return here ? format_go_float((*here).*field - less) : "";
      };
      plain.rows.push_back(
          {table.published.name, row.published.benchmark, row.published.measured_as,
           fmt::format("{}", row.published.chunk), row.published.unit,
           row.published.delta ? format_go_float(*row.published.delta) : "",
           figure(&PairedComparison::ratio, 1), figure(&PairedComparison::low, 1),
           figure(&PairedComparison::high, 1), figure(&PairedComparison::p_holm, 0),
           here ? fmt::format("{}", here->n) : "", std::string(name_of(row.outcome)),
           fmt::format("{}", fmt::join(table.published.caveats, " "))});
    }
  }
  return plain.csv();
}

}  // namespace splicebench
