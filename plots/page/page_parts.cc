#include "plots/page/page_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "plots/charts/canvas.h"
#include "plots/data/panels.h"
#include "plots/data/text.h"
#include "results/json/page_json.h"
#include "results/stats/case_change.h"

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
  std::string name;  ///< empty: the note says why there is no chart
  std::string title;
  std::string note;
};

std::string note_on(const PairedTable& table) {
  const bool bounded =
      std::any_of(table.rows.begin(), table.rows.end(),
                  [](const PairedComparison& row) { return std::isfinite(row.high); });
  const std::string what = "Median of the rounds’ ratios, paired within a round";
  if (!bounded) {
    return fmt::format("{}, without an interval: below {} rounds nothing can be claimed.", what,
                       table.rounds_needed);
  }
  return what +
         "; the bar is its interval by sign test (an arrow head: it goes on), and filled is what "
         "is significant over the whole "
         "table (Holm, 5 %).";
}

std::string note_on(const std::vector<CaseChange>& changes) {
  const bool bounded = std::any_of(changes.begin(), changes.end(), [](const CaseChange& change) {
    return std::isfinite(change.high);
  });
  return std::string("Ratio of medians; ") +
         (bounded ? "the bar spans both 95 % intervals (an arrow head: it goes on)."
                  : "too few rounds for an interval.") +
         " Filled: p ≤ 0.05 by Mann-Whitney, each case by itself.";
}

/// The charts of changes of which the result has any.
std::vector<ChartPlace> change_places(const Result& result) {
  std::vector<ChartPlace> places;
  const PairedTable speed = compare_paired(result, "B/s");
  if (!speed.rows.empty()) {
    places.push_back({"change", "Change of throughput against the baseline", note_on(speed)});
  }
  const PairedTable cpu = compare_paired(result, "relay-cpu-sec/GB");
  if (!cpu.rows.empty()) {
    places.push_back({"change-cpu", "Change of relay CPU per GB against the baseline",
                      note_on(cpu) + " Below zero is cheaper."});
  }
  return places;
}

ChartPlace samples_place(const Result& result) {
  const std::string title = "Samples over time";
  if (!some_off_their_median({result})) {
    return {"", title, fmt::format("Left out: {}.", kNoneOffItsMedian)};
  }
  return {"samples", title,
          "Every sample against the median of its case; what lies beyond 100 % stands at the edge. "
          "The line is the median of each round: where it moves, the machine did."};
}

std::vector<ChartPlace> published_place(const Result& result) {
  const std::vector<ReplicatedTable> tables = covered_tables(result);
  if (tables.empty()) return {};
  ChartPlace place{"published", "Change of throughput by splice: published and here",
                   "Diamonds are the figures published with two changes to Go; filled: significant "
                   "there or here."};
  for (const ReplicatedTable& table : tables) {
    for (const std::string& caveat : table.published.caveats) {
      place.note += " " + html_escape(table.published.name + ": " + caveat);
    }
  }
  return {place};
}

std::vector<ChartPlace> chart_places(const ReportInput& input) {
  std::string note = summary_note({{input.result}, {input.file}});
  note.replace(0, 1, "M");  // of "median"
  std::vector<ChartPlace> places{
      {"throughput", "Throughput over chunk size", note + ". Decimal prefixes: GB = 10⁹ bytes."}};
  const auto append = [&](std::vector<ChartPlace> more) {
    std::move(more.begin(), more.end(), std::back_inserter(places));
  };
  append(change_places(input.result));
  append({{"cpu", "CPU time per GB delivered",
           "All rounds of a case together. Each bar is a mode, in the order of the switches, "
           "stacked by who spent the time."},
          {"bytes-per-call", "Bytes per system call",
           "What a call of the relay that moves bytes moved on average: modes that differ here "
           "differ in more than their mechanism."},
          {"calls-per-mib", "System calls per MiB", "All calls of the relay, waiting included."},
          samples_place(input.result)});
  append(published_place(input.result));
  if (!input.older) return places;
  const std::vector<CaseChange> changes = case_changes(*input.older, input.result, "B/s");
  if (!changes.empty()) {
    append({{"old-new", "New against old: change of throughput", note_on(changes)}});
  }
  return places;
}

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
  if (chart.name.empty()) {
    return fmt::format(
        "<article class=\"chart\"><div class=\"chart-head\"><h3>{}</h3><p "
        "class=\"note\">{}</p></div></article>\n",
        chart.title, chart.note);
  }
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
    // A mode that only the older result has is in no chart: its switch would do nothing.
    const bool shown =
        std::any_of(input.result.cases.begin(), input.result.cases.end(),
                    [&](const CaseResult& one) { return one.id.mode == looks.modes()[i]; });
    if (!shown) continue;
    boxes += fmt::format(
        "<label><input type=\"checkbox\" checked autocomplete=\"off\" data-mode=\"{}\">"
        "<svg aria-hidden=\"true\"></svg><span>{}</span></label>\n",
        i, html_escape(looks.modes()[i]));
  }
  std::string places;
  for (const ChartPlace& chart : chart_places(input)) places += chart_place(chart);
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
