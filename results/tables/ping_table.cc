#include "results/tables/ping_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/model/hosts/host_names.h"
#include "results/tables/screen/hosts_table.h"
#include "results/tables/table_text.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/text/text_grid.h"

namespace splicebench {

namespace {

class SizeTable {
 public:
  SizeTable(const PingVerdict& verdict, const Paint& paint) : verdict_(verdict), paint_(paint) {}

  std::string text(const Row& of) const {
    std::vector<Align> columns{Align::kLeft};
    columns.insert(columns.end(), 5, Align::kRight);
    columns.insert(columns.end(), 2, Align::kLeft);
    columns.insert(columns.end(), 4, Align::kRight);
    columns.insert(columns.end(), 2, Align::kLeft);
    const std::string against =
        verdict_.baseline.empty() ? "" : fmt::format("against {}", verdict_.baseline);
    std::vector<std::vector<std::string>> table;
    table.push_back({"", paint_.bold("us"), "", "", "", "", paint_.bold(against), "", "",
                     paint_.bold("relay/op"), "", "", paint_.bold("share of p50"), ""});
    table.push_back({paint_.bold("mode"), "p50", "p90", "p99", "p99.9", "max", "p50", "p99", "MB/s",
                     "CPU us", "waits", "forced", "floor", "wakeups"});
    for (const PingRow& row : verdict_.rows) {
      if (row.id.row() == of) table.push_back(cells(row));
    }
    return aligned_text(table, columns);
  }

  /// Of a schedule: the times from the send itself.
  std::string service_text(const Row& of) const {
    std::vector<Align> columns{Align::kLeft};
    columns.insert(columns.end(), std::size(kPingQuantiles), Align::kRight);
    std::vector<std::vector<std::string>> table;
    std::vector<std::string>& head = table.emplace_back(1, paint_.bold("us from the send itself"));
    for (const PingQuantile& quantile : kPingQuantiles) head.emplace_back(quantile.name);
    for (const PingRow& row : verdict_.rows) {
      if (row.id.row() != of || !row.all.service) continue;
      std::vector<std::string>& line = table.emplace_back(1, row.id.mode);
      for (const PingQuantile& quantile : kPingQuantiles)
        line.push_back(three_digits(value_of(quantile, *row.all.service) * 1e6));
    }
    return table.size() == 1 ? "" : "\n" + aligned_text(table, columns);
  }

 private:
  std::vector<std::string> cells(const PingRow& row) const {
    std::vector<std::string> line{row.id.mode};
    const double trips = static_cast<double>(row.all.round_trips());
    if (trips <= 0) {
      line.insert(line.end(), 13, "-");
      line[1] = paint_.bad("failed");
      return line;
    }
    for (const PingQuantile& quantile : kPingQuantiles)
      line.push_back(three_digits(value_of(quantile, row.all.times) * 1e6));
    line.push_back(difference(row.id, "p50"));
    line.push_back(difference(row.id, "p99"));
    line.push_back(
        three_digits(static_cast<double>(row.id.chunk) * trips / row.all.seconds * 1e-6));
    if (row.all.relay) {
      line.push_back(three_digits(row.all.relay->cpu / trips * 1e6));
      for (const std::optional<std::int64_t>& switches :
           {row.all.relay->voluntary, row.all.relay->involuntary}) {
        line.push_back(switches ? fmt::format("{:.2f}", static_cast<double>(*switches) / trips)
                                : "-");
      }
    } else {
      line.insert(line.end(), 3, "-");
    }
    line.push_back(row.floor_share ? share_text(*row.floor_share) : "-");
    line.push_back(row.wake_share ? share_text(*row.wake_share) : "-");
    return line;
  }

  std::string difference(const CaseId& id, const std::string& quantile) const {
    for (const PairedTable& table : verdict_.differences) {
      if (table.unit != quantile_unit(quantile)) continue;
      for (const PairedComparison& one : table.rows) {
        if (one.id == id) {
          if (table.comparisons == 0 && std::isfinite(one.high))
            return fmt::format("({:+.1f}, {:+.1f})", (one.low - 1) * 100, (one.high - 1) * 100);
          return difference_text(one, table.rounds_needed, Better::kLower, paint_);
        }
      }
    }
    return "-";
  }

  const PingVerdict& verdict_;
  const Paint& paint_;
};

std::string legend(const Result& result, const PingVerdict& verdict) {
  const PingOptions& options = result.ping->options;
  std::string text =
      "Round trips over all rounds, at most 0.4% off; each reply was compared with what was sent. "
      "MB/s is bytes of a message x round trips / time.\n";
  if (options.rate > 0) {
    text += fmt::format(
        "At {:g} a second. First response times, from the intended send: the client's own timer "
        "and "
        "waiting for the reply before count.\nThen service times, from the send itself.\n",
        options.rate);
  }
  const double alpha = verdict.differences.empty() ? 0.05 : verdict.differences.front().alpha;
  text += fmt::format(
      "Against: ratio within the rounds with its 95% interval. Of p50 significant at {} over all "
      "sizes and modes (Holm), else ~; of p99 (in brackets) exploratory, nothing is claimed.\n",
      alpha);
  text +=
      "Floor: server and client without a relay, placed as with it. Wakeups: those that go to "
      "another CPU, each at half of what the floor\non two CPUs takes longer than that on one. "
      "Waits, forced: context switches of the relay, voluntary and not.\n";
  return text;
}

}  // namespace

std::string ping_text(const Result& result, const PingVerdict& verdict, bool colour) {
  const Paint paint(colour);
  const SizeTable table(verdict, paint);
  std::vector<Row> rows;
  for (const PingRow& row : verdict.rows) {
    if (std::find(rows.begin(), rows.end(), row.id.row()) == rows.end())
      rows.push_back(row.id.row());
  }
  std::string text;
  if (!result.hosts.empty()) text = one_line(hosts_text(result)) + "\n";
  for (const Row& row : rows) {
    const std::string title = fmt::format("round trips of {}{}", format_size(row.chunk),
                                          named_conditions(row.conditions, ", "));
    text += fmt::format("{}\n{}\n", paint.bold(title), table.text(row) + table.service_text(row));
  }
  text += paint.dim(legend(result, verdict)) + "\n";
  for (const std::string& sentence : verdict.sentences) text += sentence + "\n";
  if (!result.hosts.empty()) text += "\n" + host_facts_text(result, paint);
  return text + warnings_text(verdict.warnings, paint);
}

}  // namespace splicebench
