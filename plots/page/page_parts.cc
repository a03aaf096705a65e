#include "plots/page/page_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "plots/data/caption.h"
#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// "generic and splice", "a, b and c", "12 modes".
std::string modes_in_words(const std::vector<std::string>& modes) {
  if (modes.empty()) return "no mode";
  if (modes.size() > 4) return counted(std::ssize(modes), "mode");
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
  return fmt::format("{}, {}, {}{}", counted(std::ssize(paths_of({result})), "path"), sizes,
                     counted(result.options.rounds, "round"),
                     result.complete ? "" : ", not complete");
}

/// A note that begins as a sentence does and ends as one.
std::string sentence(std::string note) {
  note[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(note[0])));
  if (note.back() != '.') note += '.';
  return html_escape(note);
}

std::string tones(const std::vector<std::string>& layers) {
  std::string items;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    items += fmt::format(
        "<li><svg viewBox=\"0 0 14 12\" class=\"mx\" aria-hidden=\"true\"><rect class=\"t{}\" "
        "width=\"14\" height=\"12\"/></svg>{}</li>",
        i, layers[i]);
  }
  return items.empty() ? "" : "<ul class=\"tones\">" + items + "</ul>\n";
}

/// Places for the parts of a chart; of one that is missed, the reason.
std::string places_of(const Chart& chart) {
  if (chart.parts.empty()) {
    if (!chart.applies) return "";
    return fmt::format(
        "<article class=\"chart\"><div class=\"chart-head\"><h3>{}</h3><p "
        "class=\"note\">{}</p></div></article>\n",
        html_escape(chart.title), sentence("left out: " + chart.missing));
  }
  std::string places;
  for (const ChartPart& part : chart.parts) {
    places += fmt::format(
        "<article class=\"chart\" data-chart=\"{0}\" aria-labelledby=\"chart-{0}\">\n"
        "<div class=\"chart-head\"><h3 id=\"chart-{0}\">{1}</h3>"
        "<button type=\"button\" class=\"reset\" hidden>Show all</button>"
        "<p class=\"note\">{2}</p></div>\n{3}<div class=\"panels\"></div>\n</article>\n",
        part.name, html_escape(part.title), sentence(chart.note), tones(chart.layers));
  }
  return places;
}

}  // namespace

std::string header_part(const ReportInput& input, const Verdict& verdict) {
  const Result& result = input.result;
  std::string words = modes_in_words(result.options.modes);
  const std::string against =
      input.older ? ", and against " + html_escape(input.older_file) : std::string();
  std::string links;
  for (const auto& [target, name] : std::vector<std::pair<std::string, std::string>>{
           {"map", "Best modes"},
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
      "<header>\n<h1>Better than {}?</h1>\n<p class=\"lead\">{}: {}{}</p>\n<p "
      "class=\"note\">{}</p>\n"
      "<nav aria-label=\"Sections\"><ul>{}</ul></nav>\n</header>\n",
      html_escape(verdict.baseline), html_escape(words), html_escape(what_was_run(result)), against,
      lead, links);
}

std::string warnings_part(const std::vector<Warning>& warnings) {
  if (warnings.empty()) return "";
  constexpr std::size_t kShown = 3;
  std::string items;
  for (std::size_t i = 0; i < warnings.size(); ++i) {
    const Warning& warning = warnings[i];
    if (i == kShown) {
      items += fmt::format("</ul>\n<details class=\"more\"><summary>{} more</summary><ul>\n",
                           warnings.size() - kShown);
    }
    items += fmt::format(
        "<li data-code=\"{}\"><details><summary>{}</summary><span class=\"advice\">{}</span>"
        "</details></li>\n",
        html_escape(warning.code), html_escape(warning.text), html_escape(warning.advice));
  }
  return fmt::format(
      "<section class=\"warnings\" aria-labelledby=\"warnings-title\">"
      "<h2 id=\"warnings-title\">{} to know before reading the "
      "figures</h2>\n<ul>{}</ul>{}</section>\n",
      counted(warnings.size(), "thing"), items, warnings.size() > kShown ? "</details>" : "");
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

std::string charts_part(const std::vector<Chart>& charts, const Result& result,
                        const std::vector<ChartMode>& modes) {
  std::string boxes;
  for (const ChartMode& mode : modes) {
    // A mode that only the older result has is in no chart: its switch would do nothing.
    const bool shown = std::any_of(result.cases.begin(), result.cases.end(),
                                   [&](const CaseResult& one) { return one.id.mode == mode.name; });
    if (!shown) continue;
    boxes += fmt::format(
        "<label><input type=\"checkbox\" checked autocomplete=\"off\" data-mode=\"{}\">"
        "<svg aria-hidden=\"true\"></svg><span>{}</span></label>\n",
        mode.slot, html_escape(mode.name));
  }
  std::string places;
  for (const Chart& chart : charts) places += places_of(chart);
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
