#include "plots/page/html_table.h"

#include <fmt/format.h>

#include <utility>

#include "results/text/line.h"

namespace splicebench {

HtmlCell text_cell(const std::string& text) { return {html_escape(text), one_line(text), true}; }

HtmlCell number_cell(double value, const std::string& html) {
  return {html, fmt::format("{:.9g}", value)};
}

HtmlCell empty_cell() { return {"–", ""}; }

HtmlTable::HtmlTable(std::string caption, std::vector<HtmlColumn> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

void HtmlTable::add(const std::vector<HtmlCell>& cells) {
  body_ += "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const HtmlCell& cell = cells[i];
    const std::string name = cell.text && cell.sure ? "text sure"
                             : cell.text            ? "text"
                             : cell.sure            ? "sure"
                                                    : "";
    const std::string classes = name.empty() ? "" : fmt::format(" class=\"{}\"", name);
    // A text cell sorts by its text, which need not be written twice.
    const std::string sort = cell.text ? "" : fmt::format(" data-v=\"{}\"", html_escape(cell.sort));
    const std::string tag = i == 0 ? "th scope=\"row\"" : "td";
    body_ += fmt::format("<{}{}{}>{}</{}>", tag, classes, sort, cell.html, i == 0 ? "th" : "td");
  }
  body_ += "</tr>\n";
  ++rows_;
}

std::string HtmlTable::html() const {
  std::string head;
  for (const HtmlColumn& column : columns_) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", column.text ? " class=\"text\"" : "",
                        html_escape(column.name));
  }
  return fmt::format(
      "<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">"
      "<table class=\"sortable\"><caption class=\"hidden-visually\">{0}</caption>"
      "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}</tbody></table></div>\n",
      html_escape(caption_), head, body_);
}

}  // namespace splicebench
