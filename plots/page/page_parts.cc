#include "plots/page/page_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "plots/data/caption.h"
#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/model/hosts/host_names.h"
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

/// Under a chart: what held for all of it.
std::string conditions_line(const Result& result) {
  return fmt::format("{}, {}, {}", conditions_text(result), relay_machine(result).kernel,
                     result.environment.date);
}

/// Places for the parts of a chart; of one that is missed, the reason.
std::string places_of(const Chart& chart, const std::string& below) {
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
        "<p class=\"note\">{2}</p></div>\n{3}<div class=\"panels{4}\"></div>\n"
        "<p class=\"below\">{5}</p></article>\n",
        part.name, html_escape(part.title), sentence(chart.note), tones(chart.layers),
        chart.rows ? " rows" : "", html_escape(below));
  }
  return places;
}

}  // namespace

std::string header_part(const std::string& title, const std::string& lead, const Result& result,
                        const PageLinks& links) {
  std::string items;
  for (const auto& [target, name] : links)
    items += fmt::format("<li><a href=\"#{}\">{}</a></li>", target, name);
  std::string machine;
  for (const std::string& word : caption_of(result)) {
    if (!word.empty()) machine += (machine.empty() ? "" : " · ") + html_escape(word);
  }
  return fmt::format(
      "<header>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n<p class=\"note\">{}</p>\n"
      "<nav aria-label=\"Sections\"><ul>{}</ul></nav>\n</header>\n",
      html_escape(title), html_escape(lead), machine, items);
}

std::string run_lead(const ReportInput& input) {
  return fmt::format("{}: {}{}", modes_in_words(input.result.options.modes),
                     what_was_run(input.result),
                     input.older ? ", and against " + input.older_file : "");
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

std::string findings_part(const Verdict& verdict, const std::string& since) {
  std::string items;
  if (!since.empty()) {
    items = fmt::format("<li><strong>Since then</strong><div><p>{}.</p></div></li>\n",
                        html_escape(since));
  }
  for (const PathVerdict& path : verdict.paths) {
    constexpr std::size_t kShown = 3;
    std::string sentences;
    for (std::size_t i = 0; i < path.sentences.size(); ++i) {
      if (i == kShown) {
        sentences += fmt::format(
            "<details><summary>{}</summary>",
            counted(static_cast<std::int64_t>(path.sentences.size() - kShown), "more mode"));
      }
      sentences += "<p>" + html_escape(path.sentences[i]) + "</p>";
    }
    if (path.sentences.size() > kShown) sentences += "</details>";
    if (sentences.empty()) sentences = "<p>No second mode to compare with.</p>";
    items += fmt::format("<li><strong>{}</strong><div>{}</div></li>\n", html_escape(path.path),
                         sentences);
  }
  return fmt::format(
      "<section id=\"findings\"><h2>Findings</h2>\n<ul class=\"findings\">{}</ul></section>\n",
      items);
}

std::string switches_part(const Result& result, const std::vector<ChartMode>& modes) {
  std::string boxes;
  for (const ChartMode& mode : modes) {
    const auto is_this = [&](const auto& one) { return one.id.mode == mode.name; };
    // A mode that only the older result has is in no chart: its switch would do nothing.
    const bool shown =
        std::any_of(result.cases.begin(), result.cases.end(), is_this) ||
        (result.ping && std::any_of(result.ping->cases.begin(), result.ping->cases.end(), is_this));
    if (!shown) continue;
    boxes += fmt::format(
        "<label><input type=\"checkbox\" checked autocomplete=\"off\" data-mode=\"{}\" "
        "data-family=\"{}\" data-member=\"{}\">"
        "<svg aria-hidden=\"true\"></svg><span>{}</span></label>\n",
        mode.slot, mode.family, mode.member, html_escape(mode.name));
  }
  return fmt::format(
      "<noscript><p>The charts need JavaScript; the tables below hold the same figures.</p>"
      "</noscript>\n<fieldset class=\"switches\"><legend>Modes</legend>"
      "<div class=\"list\">{}</div></fieldset>\n",
      boxes);
}

std::string chart_part(const Chart& chart, const Result& result) {
  return places_of(chart, conditions_line(result));
}

std::string charts_part(const std::vector<Chart>& charts, const Result& result) {
  std::string places;
  for (const Chart& chart : charts) places += chart_part(chart, result);
  return fmt::format(
      "<section id=\"charts\"><h2>Charts</h2>\n"
      "<p class=\"note\">Point at a chart for values, interval and number of rounds; drag across "
      "one to zoom, double-click to see all again. With the keyboard: arrow keys, plus and "
      "Escape.</p>\n{}</section>\n",
      places);
}

}  // namespace splicebench
