#include "plots/page/history/history_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "plots/page/html_table.h"
#include "plots/page/page_assets.h"
#include "results/tables/history/history_tables.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// RFC 4648.
std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    unsigned word = 0;
    for (std::size_t j = 0; j < 3; ++j)
      word = word << 8 | (j < here ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= here ? kDigits[word >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string changes_part(const History& history) {
  const bool news = std::any_of(history.runs.begin(), history.runs.end(),
                                [](const HistoryRun& run) { return !run.news.empty(); });
  std::vector<HtmlColumn> columns{{"path", true},   {"mode", true},    {"where", true},
                                  {"metric", true}, {"change", false}, {"since", true},
                                  {"result", true}};
  if (news) columns.push_back({"with it", true});
  HtmlTable table("Changes that hold, the newest first", columns);
  for (const ChangeGroup& one : change_groups(history)) {
    const HistoryRun& run = history.runs[one.run];
    HtmlCell change =
        number_cell(one.low, html_escape(change_text(one)) + (one.better ? " better" : " worse"));
    change.sure = true;
    std::vector<HtmlCell> cells{text_cell(one.heading),
                                text_cell(one.mode),
                                text_cell(one.where),
                                text_cell(one.metric->name),
                                change,
                                text_cell(short_date(run)),
                                text_cell(run.file)};
    if (news) cells.push_back(text_cell(fmt::format("{}", fmt::join(run.news, ", "))));
    table.add(cells);
  }
  return table.rows() == 0 ? "" : table.html();
}

HtmlCell figure_cell(const std::optional<HistoryPoint>& point, const Tracked& metric) {
  if (!point) return empty_cell();
  std::string text = three_digits(point->summary.centre * metric.scale);
  if (point->high) text += " | " + three_digits(point->high->centre * metric.scale);
  return number_cell(point->summary.centre, text);
}

std::string series_part(const History& history) {
  HtmlTable table("Every case: first and last result", {{"path", true},
                                                        {"chunk", false},
                                                        {"mode", true},
                                                        {"metric", true},
                                                        {"first", false},
                                                        {"last", false},
                                                        {"changes that hold", true}});
  for (const HistorySeries& one : history.series) {
    std::vector<std::string> changes;
    for (const HistoryChange& change : one.changes) {
      changes.push_back(fmt::format("{:+.1f}% {}", (change.ratio - 1) * 100,
                                    short_date(history.runs[change.run])));
    }
    table.add({text_cell(one.id.heading()),
               number_cell(static_cast<double>(one.id.chunk), format_size(one.id.chunk)),
               text_cell(one.id.mode),
               text_cell(fmt::format("{} ({})", one.metric->name, one.metric->shown)),
               figure_cell(one.points.front(), *one.metric),
               figure_cell(one.points.back(), *one.metric),
               text_cell(fmt::format("{}", fmt::join(changes, ", ")))});
  }
  return table.html();
}

}  // namespace

std::string history_page(const History& history) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; "
      "img-src data:; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n{}{}</title>\n"
      "<link rel=\"icon\" href=\"data:,\">\n<style>{}</style>\n</head>\n<body>\n"
      "<header>\n<h1>What changed?</h1>\n<p class=\"lead\">{}</p>\n<p>{}.</p>\n</header>\n<main>\n"
      "<section id=\"changes\"><h2>Changes</h2>\n{}</section>\n"
      "<section id=\"trend\"><h2>Trend</h2>\n<picture><source media=\"(max-width: 700px)\" "
      "srcset=\"data:image/svg+xml;base64,{}\">"
      "<img class=\"plot\" alt=\"Trends of all "
      "paths and of what changed; the table below holds the ends\" "
      "src=\"data:image/svg+xml;base64,{}\"></picture></section>\n"
      "<section id=\"cases\"><h2>Cases</h2>\n<p class=\"note\">a | b: two states, which take no "
      "part "
      "in trend and changes.</p>\n{}</section>\n</main>\n"
      "<footer>Made by splicebench. This file is complete: it loads nothing and runs nothing."
      "</footer>\n</body>\n</html>\n",
      page_assets::style_digest(), kHistoryPageMark, html_escape(history_measured(history)),
      page_assets::style(), html_escape(history_measured(history)),
      html_escape(history_verdict(history)), changes_part(history),
      base64(history_picture(history, Room::kNarrow)), base64(history_picture(history)),
      series_part(history));
}

}  // namespace splicebench
