#include "plots/page_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "plots/canvas.h"
#include "plots/panels.h"
#include "plots/text.h"
#include "results/case_change.h"
#include "results/page_json.h"

namespace splicebench {

namespace {

std::string counted(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "generic and splice", "a, b and c", "12 modes".
std::string modes_in_words(const std::vector<std::string>& modes) {
  if (modes.empty()) return "no mode";
  if (modes.size() > 4) return counted(modes.size(), "mode");
  std::string words = modes.front();
  for (std::size_t i = 1; i < modes.size(); ++i) {
    words += (i + 1 == modes.size() ? " and " : ", ") + modes[i];
  }
  return words;
}

std::string what_was_run(const Result& result) {
  const std::vector<std::int64_t> chunks = chunks_of({result});
  const std::string sizes =
      chunks.size() == 1 ? "chunks of " + size_label(chunks.front())
                         : fmt::format("{} chunk sizes from {} to {}", chunks.size(),
                                       size_label(chunks.front()), size_label(chunks.back()));
  return fmt::format("{}, {}, {}{}", counted(paths_of({result}).size(), "path"), sizes,
                     counted(static_cast<std::size_t>(result.options.rounds), "round"),
                     result.complete ? "" : ", not complete");
}

struct ChartPlace {
  std::string name;
  std::string title;
  std::string note;
};

const std::vector<ChartPlace> kChartPlaces{
    {"throughput", "Throughput over chunk size",
     "Median of the rounds; the band is its 95 % interval. Decimal prefixes: GB = 10⁹ bytes."},
    {"change", "Change of throughput against the baseline",
     "Median of the rounds’ ratios, paired within a round; the bar is its interval by sign test. "
     "Filled: significant over the whole table (Holm, 5 %)."},
    {"change-cpu", "Change of relay CPU per GB against the baseline",
     "The same for the CPU time of the relay: below zero is cheaper."},
    {"cpu", "CPU time per GB delivered",
     "All rounds of a case together. Each bar is a mode, in the order of the switches, stacked by "
     "who spent the time."},
    {"bytes-per-call", "Bytes per system call",
     "What a call of the relay that moves bytes moved on average: modes that differ here differ in "
     "more than their mechanism."},
    {"calls-per-mib", "System calls per MiB", "All calls of the relay, waiting included."},
    {"samples", "Samples over time",
     "Every sample against the median of its case; what lies beyond 100 % stands at the edge. The "
     "line is the median of each round: where it moves, the machine did."},
};
const ChartPlace kOldNewPlace{
    "old-new", "New against old: change of throughput",
    "Ratio of medians; the bar spans both 95 % intervals. Filled: p ≤ 0.05 by Mann-Whitney, each "
    "case by itself."};

const ChartPlace kPublishedPlace{
    "published", "Change of throughput by splice: published and here",
    "Diamonds are the figures published with two changes to Go; filled: significant there or "
    "here."};

std::string tones() {
  const std::vector<std::string> names{"relay, user", "relay, system", "writer and reader",
                                       "rest of the system"};
  std::string items;
  for (std::size_t i = 0; i < names.size(); ++i) {
    items += fmt::format(
        "<li><svg viewBox=\"0 0 14 12\" class=\"mx\" aria-hidden=\"true\"><rect class=\"t{}\" "
        "width=\"14\" height=\"12\"/></svg>{}</li>",
        i, names[i]);
  }
  return "<ul class=\"tones\">" + items + "</ul>\n";
}

std::string chart_place(const ChartPlace& chart) {
  return fmt::format(
      "<article class=\"chart\" data-chart=\"{0}\" aria-labelledby=\"chart-{0}\">\n"
      "<div class=\"chart-head\"><h3 id=\"chart-{0}\">{1}</h3>"
      "<button type=\"button\" class=\"reset\" hidden>Show all</button>"
      "<p class=\"note\">{2}</p></div>\n{3}<div class=\"panels\"></div>\n</article>\n",
      chart.name, chart.title, chart.note, chart.name == "cpu" ? tones() : "");
}

}  // namespace

std::string header_part(const ReportInput& input, const Verdict& verdict) {
  const Result& result = input.result;
  std::string words = modes_in_words(result.options.modes);
  const std::string against =
      input.older ? ", and against " + html_escape(input.older_file) : std::string();
  std::string links;
  for (const auto& [target, name] : std::vector<std::pair<std::string, std::string>>{
           {"findings", "Findings"},
           {"charts", "Charts"},
           {"table", "Table"},
           {input.older ? "compare" : "", "Old and new"},
           {"setup", "How it was run"},
           {"repeat", "Repeat it"},
           {"samples", "Raw samples"}}) {
    if (!target.empty()) links += fmt::format("<li><a href=\"#{}\">{}</a></li>", target, name);
  }
  std::vector<std::string> caption = caption_of(result);
  std::string lead;
  for (const std::string& word : caption) {
    if (!word.empty()) lead += (lead.empty() ? "" : " · ") + html_escape(word);
  }
  return fmt::format(
      "<header>\n<h1>{}</h1>\n<p class=\"lead\">{}, against {}{}</p>\n<p class=\"note\">{}</p>\n"
      "<nav aria-label=\"Sections\"><ul>{}</ul></nav>\n</header>\n",
      html_escape(words), html_escape(what_was_run(result)), html_escape(verdict.baseline), against,
      lead, links);
}

std::string warnings_part(const std::vector<Warning>& warnings) {
  if (warnings.empty()) return "";
  std::string items;
  for (const Warning& warning : warnings) {
    items += fmt::format("<li data-code=\"{}\">{}<span class=\"advice\">{}</span></li>\n",
                         html_escape(warning.code), html_escape(warning.text),
                         html_escape(warning.advice));
  }
  return fmt::format(
      "<section class=\"warnings\" aria-labelledby=\"warnings-title\">"
      "<h2 id=\"warnings-title\">{} to know before reading the "
      "figures</h2>\n<ul>{}</ul></section>\n",
      counted(warnings.size(), "thing"), items);
}

std::string findings_part(const Verdict& verdict) {
  std::string items;
  for (const PathVerdict& path : verdict.paths) {
    std::string sentences;
    for (const std::string& sentence : path.sentences) {
      sentences += "<p>" + html_escape(sentence) + "</p>";
    }
    if (sentences.empty()) sentences = "<p>No second mode to compare with.</p>";
    items += fmt::format("<li><strong>{}</strong><div>{}</div></li>\n", html_escape(path.path),
                         sentences);
  }
  return fmt::format(
      "<section id=\"findings\"><h2>Findings</h2>\n<ul class=\"findings\">{}</ul></section>\n",
      items);
}

std::string charts_part(const ReportInput& input, const ModeLooks& looks) {
  std::string boxes;
  for (std::size_t i = 0; i < looks.modes().size(); ++i) {
    boxes += fmt::format(
        "<label><input type=\"checkbox\" checked autocomplete=\"off\" data-mode=\"{}\">"
        "<svg aria-hidden=\"true\"></svg><span>{}</span></label>\n",
        i, html_escape(looks.modes()[i]));
  }
  std::string places;
  const bool compared =
      std::any_of(looks.modes().begin(), looks.modes().end(),
                  [&](const std::string& mode) { return mode != baseline_mode(input.result); });
  for (const ChartPlace& chart : kChartPlaces) {
    if (!compared && chart.name.starts_with("change")) continue;
    places += chart_place(chart);
  }
  const std::vector<ReplicatedTable> tables = covered_tables(input.result);
  if (!tables.empty()) {
    ChartPlace place = kPublishedPlace;
    for (const ReplicatedTable& table : tables) {
      for (const std::string& caveat : table.published.caveats) {
        place.note += " " + html_escape(table.published.name + ": " + caveat);
      }
    }
    places += chart_place(place);
  }
  if (input.older && !case_changes(*input.older, input.result, "B/s").empty()) {
    places += chart_place(kOldNewPlace);
  }
  return fmt::format(
      "<section id=\"charts\"><h2>Charts</h2>\n"
      "<p class=\"note\">Point at a chart for values, interval and number of rounds; drag across "
      "one to zoom, double-click to see all again. With the keyboard: arrow keys, plus and "
      "Escape.</p>\n<noscript><p>The charts need JavaScript; the tables below hold the same "
      "figures.</p></noscript>\n<fieldset class=\"switches\"><legend>Modes</legend>"
      "<div class=\"list\">{}</div></fieldset>\n{}</section>\n",
      boxes, places);
}

}  // namespace splicebench
