// The page of a result of round trips: what is claimed, and the figures.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/text.h"
#include "plots/page/html_table.h"
#include "plots/page/page_parts.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// What is claimed of the median round trip of a mode; the word is the card's.
struct Claim {
  const char* kind;
  const char* word;
};

Claim claim_of(const PairedComparison& one) {
  if (!one.significant) return {"maybe", "no difference told"};
  return one.ratio < 1 ? Claim{"yes", "faster"} : Claim{"no", "slower"};
}

HtmlCell micros_cell(double seconds) { return number_cell(seconds, digits_text(seconds * 1e6)); }

HtmlCell share_cell(const std::optional<Summary>& share) {
  return share ? number_cell(share->centre, share_text(*share)) : empty_cell();
}

/// The change of a quantile; of what is exploratory the interval alone, for nothing is claimed.
HtmlCell difference_cell(const PingVerdict& verdict, const CaseId& id, const char* quantile) {
  for (const PairedTable& table : verdict.differences) {
    if (table.unit != quantile_unit(quantile)) continue;
    for (const PairedComparison& one : table.rows) {
      if (one.id != id) continue;
      if (table.comparisons > 0) return change_cell(one.ratio, one.low, one.high, one.significant);
      if (!std::isfinite(one.high)) return empty_cell();
      return number_cell(one.ratio,
                         fmt::format("({}, {})", percent_text(one.low), percent_text(one.high)));
    }
  }
  return empty_cell();
}

std::vector<HtmlCell> name_cells(const CaseId& id) {
  return {text_cell(id.heading()), chunk_cell(id.chunk), mode_cell(id.mode)};
}

void add_quantiles(std::vector<HtmlCell>& cells, const Histogram& times) {
  for (const PingQuantile& quantile : kPingQuantiles)
    cells.push_back(micros_cell(value_of(quantile, times)));
}

std::vector<HtmlColumn> quantile_columns() {
  std::vector<HtmlColumn> columns{{"path", true}, {"size"}, {"mode", true}};
  for (const PingQuantile& quantile : kPingQuantiles)
    columns.push_back({fmt::format("{} (us)", quantile.name)});
  return columns;
}

std::string percentile_table(const PingVerdict& verdict) {
  std::vector<HtmlColumn> columns = quantile_columns();
  const std::string against = verdict.baseline.empty() ? "" : " against " + verdict.baseline;
  columns.push_back({"p50" + against});
  columns.push_back({"p99" + against});
  columns.push_back({"failed"});
  HtmlTable table("Percentiles of round trips", columns);
  for (const PingRow& row : verdict.rows) {
    std::vector<HtmlCell> cells = name_cells(row.id);
    if (row.all.round_trips() > 0) {
      add_quantiles(cells, row.all.times);
    } else {
      cells.insert(cells.end(), std::size(kPingQuantiles), empty_cell());
    }
    cells.push_back(difference_cell(verdict, row.id, "p50"));
    cells.push_back(difference_cell(verdict, row.id, "p99"));
    cells.push_back(number_cell(static_cast<double>(row.failed), fmt::format("{}", row.failed)));
    table.add(cells);
  }
  return table.html();
}

HtmlCell switches_cell(const std::optional<std::int64_t>& switches, double trips) {
  if (!switches) return empty_cell();
  const double each = static_cast<double>(*switches) / trips;
  return number_cell(each, fmt::format("{:.2f}", each));
}

std::string rate_table(const PingVerdict& verdict) {
  HtmlTable table("Rates and costs", {{"path", true},
                                      {"size"},
                                      {"mode", true},
                                      {"round trips"},
                                      {"round trips/s"},
                                      {"MB/s"},
                                      {"relay CPU (us) per trip"},
                                      {"waits per trip"},
                                      {"forced switches per trip"},
                                      {"floor, of p50"},
                                      {"wakeups, of p50"}});
  for (const PingRow& row : verdict.rows) {
    const double trips = static_cast<double>(row.all.round_trips());
    if (trips <= 0) continue;
    std::vector<HtmlCell> cells = name_cells(row.id);
    const double rate = trips / row.all.seconds;
    const double bytes = rate * static_cast<double>(row.id.chunk);
    cells.push_back(number_cell(trips, fmt::format("{:.0f}", trips)));
    cells.push_back(number_cell(rate, digits_text(rate)));
    cells.push_back(number_cell(bytes, digits_text(bytes * 1e-6)));
    if (row.all.relay) {
      cells.push_back(micros_cell(row.all.relay->cpu / trips));
      cells.push_back(switches_cell(row.all.relay->voluntary, trips));
      cells.push_back(switches_cell(row.all.relay->involuntary, trips));
    } else {
      cells.insert(cells.end(), 3, empty_cell());
    }
    cells.push_back(share_cell(row.floor_share));
    cells.push_back(share_cell(row.wake_share));
    table.add(cells);
  }
  return table.html();
}

/// Of a schedule: from the send itself. Empty without one.
std::string service_table(const PingVerdict& verdict) {
  HtmlTable table("Service times", quantile_columns());
  for (const PingRow& row : verdict.rows) {
    if (!row.all.service || row.all.service->count() == 0) continue;
    std::vector<HtmlCell> cells = name_cells(row.id);
    add_quantiles(cells, *row.all.service);
    table.add(cells);
  }
  if (table.rows() == 0) return "";
  return "<h3>Service times, from the send itself</h3>\n" + table.html();
}

}  // namespace

std::string ping_answer_part(const PingVerdict& verdict) {
  std::string cards;
  const std::vector<PairedComparison>& medians = verdict.differences.front().rows;
  for (std::size_t i = 0; i < medians.size(); ++i) {
    const PairedComparison& one = medians[i];
    const Claim claim = claim_of(one);
    cards += fmt::format(
        "<li class=\"card {}\"><h3>{}, {}</h3><p class=\"first\"><strong>{}</strong> {}</p>"
        "<p class=\"other\">{}</p></li>\n",
        claim.kind, html_escape(one.id.heading()), size_label(one.id.chunk), claim.word,
        html_escape(one.id.mode),
        std::isfinite(one.high)
            ? fmt::format("p50 {}{}", percent_text(one.ratio), range_html(one.low, one.high))
            : "too few rounds for an interval");
  }
  if (cards.empty()) cards = "<li class=\"card\"><p>No second mode to compare with.</p></li>";
  return fmt::format(
      "<section id=\"answer\" aria-label=\"Answer\"><ul class=\"cards\">\n{}</ul>"
      "<p class=\"note\">Of the median round trip, paired within the rounds, with its 95 % "
      "interval; claims over all sizes and modes (Holm, 5 %). Lower is better.</p></section>\n",
      cards);
}

std::string ping_findings_part(const PingVerdict& verdict) {
  std::string items;
  for (const std::string& sentence : verdict.sentences)
    items += fmt::format("<p>{}</p>\n", html_escape(sentence));
  if (items.empty()) return "";
  return "<section id=\"findings\"><h2>Findings</h2>\n" + items + "</section>\n";
}

std::string ping_tables_part(const Result& result, const PingVerdict& verdict) {
  const double rate = result.ping->options.rate;
  const std::string schedule =
      rate > 0 ? fmt::format(" At {:g} a second: response times, from the intended send.", rate)
               : "";
  return fmt::format(
      "<section id=\"table\"><h2>Percentiles</h2>\n<p class=\"note\">Round trips of all rounds, "
      "at most 0.4 % off.{} Of p50 bold is significant; of p99, in brackets, nothing is claimed. A "
      "heading sorts.</p>\n{}{}</section>\n"
      "<section id=\"rates\"><h2>Rates and costs</h2>\n<p class=\"note\">MB/s is bytes of a "
      "message times round trips by time. Floor: server and client without a relay. Wakeups: those "
      "that go to another CPU. Waits and forced: context switches of the "
      "relay.</p>\n{}</section>\n",
      schedule, percentile_table(verdict), service_table(verdict), rate_table(verdict));
}

}  // namespace splicebench
