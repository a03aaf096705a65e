// The answer: what stands first on the page.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plots/page/page_parts.h"
#include "results/tables/first_screen.h"
#include "results/tables/map_text.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// The answers of a path, the first large.
std::string card_of(const std::string& path, const Recommendation& recommendation) {
  std::string body;
  const char* kind = nullptr;
  for (const Advice& one : recommendation.advice) {
    if (one.path != path) continue;
    const bool first = kind == nullptr;
    if (first) kind = name_of(one.answer);
    body += fmt::format("<p class=\"{}\"><strong>{}</strong> {}</p>", first ? "first" : "other",
                        name_of(one.answer), html_escape(advice_text(one, recommendation.chunks)));
    const std::string effects = effects_text(one, true);
    if (one.answer == Answer::kYes && !effects.empty())
      body += fmt::format("<p class=\"other\">{}</p>", html_escape(effects));
  }
  return fmt::format("<li class=\"card {}\"><h3>{}</h3>{}</li>\n", kind, html_escape(path), body);
}

std::string map_table(const Recommendation& recommendation) {
  std::string head;
  for (const std::int64_t chunk : recommendation.chunks)
    head += fmt::format("<th scope=\"col\">{}</th>", format_size(chunk));
  std::string rows;
  std::string last;
  std::size_t at = 0;
  for (const MapCell& cell : recommendation.map) {
    const std::string heading = cell.row.heading();
    if (heading != last || rows.empty()) {
      rows += fmt::format("{}<tr><th scope=\"row\" class=\"text\">{}</th>",
                          rows.empty() ? "" : "</tr>\n", html_escape(heading));
      at = 0;
    }
    last = heading;
    for (; at < recommendation.chunks.size() && recommendation.chunks[at] != cell.row.chunk; ++at)
      rows += "<td></td>";
    rows += fmt::format("<td title=\"{}\">{}</td>",
                        html_escape(fmt::format("{}", fmt::join(cell.modes, ", "))),
                        letters_of(cell, recommendation.modes));
    ++at;
  }
  std::string legend;
  for (std::size_t i = 0; i < recommendation.modes.size(); ++i)
    legend += fmt::format("{}{} = {}", i == 0 ? "" : ", ", letter_of(i), recommendation.modes[i]);
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Best modes\">"
      "<table class=\"map\"><caption class=\"hidden-visually\">Best modes</caption><thead><tr><th "
      "class=\"text\">Best by throughput</th>{}</tr></thead>\n<tbody>{}</tr></tbody></table></div>"
      "<p class=\"note\">{}. Letters together: not told apart.</p>\n",
      head, rows, html_escape(legend));
}

}  // namespace

std::string answer_part(const Recommendation& recommendation) {
  std::string cards;
  std::string last;
  for (const Advice& one : recommendation.advice) {
    if (one.path == last) continue;
    last = one.path;
    cards += card_of(last, recommendation);
  }
  if (cards.empty()) cards = "<li class=\"card\"><p>Nothing was measured to compare.</p></li>";
  const std::string trust = recommendation.trust
                                ? fmt::format(
                                      "<p class=\"note\">Changes: ends of 95% intervals, claims "
                                      "only. Trust: {}.</p>\n",
                                      html_escape(trust_text(*recommendation.trust)))
                                : "";
  return fmt::format(
      "<section id=\"answer\" aria-label=\"Answer\"><ul class=\"cards\">\n{}</ul>{}"
      "</section>\n",
      cards, trust);
}

std::string map_part(const Recommendation& recommendation) {
  if (recommendation.map.empty()) return "";
  return "<section id=\"map\"><h2>Best modes</h2>\n" + map_table(recommendation) + "</section>\n";
}

}  // namespace splicebench
