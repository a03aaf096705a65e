#include "plots/page/html_table.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "plots/data/text.h"
#include "results/text/line.h"

namespace splicebench {

HtmlCell text_cell(const std::string& text) { return {html_escape(text), one_line(text), true}; }

HtmlCell mode_cell(const std::string& mode) {
  HtmlCell cell = text_cell(mode);
  std::string html;
  for (const char letter : cell.html) {
    html += letter;
    if (letter == ':') html += "<wbr>";
  }
  cell.html = html;
  return cell;
}

HtmlCell number_cell(double value, const std::string& html) {
  return {html, fmt::format("{:.9g}", value)};
}

HtmlCell empty_cell() { return {"–", ""}; }

HtmlCell chunk_cell(std::int64_t bytes) {
  return number_cell(static_cast<double>(bytes), size_label(bytes));
}

HtmlCell states_cell(const TwoStates& states, double factor) {
  const double low_percent = std::round(states.low_share * 100);
  return number_cell(
      states.low, fmt::format("{} | {} <span class=\"range\">{:.0f}% | {:.0f}%</span>",
                              digits_text(states.low * factor), digits_text(states.high * factor),
                              low_percent, 100 - low_percent));
}

HtmlCell change_cell(double ratio, double low, double high, bool sure) {
  std::string html = percent_text(ratio);
  if (std::isfinite(high)) html += range_html(low, high);
  HtmlCell cell = number_cell(ratio, html);
  cell.sure = sure;
  return cell;
}

HtmlCell states_change_cell(double low, double high, bool sure) {
  HtmlCell cell = number_cell(std::sqrt(low * high), "two states" + range_html(low, high));
  cell.sure = sure;
  return cell;
}

std::string range_html(const std::string& low, const std::string& high) {
  return fmt::format(" <span class=\"range\">[{}, {}]</span>", low, high);
}

std::string range_html(double low, double high) {
  const auto bare = [](double ratio) {
    const std::string text = percent_text(ratio);
    return text.substr(0, text.find(kNoBreak));
  };
  return range_html(bare(low), bare(high));
}

HtmlTable::HtmlTable(std::string caption, std::vector<HtmlColumn> columns)
    : caption_(std::move(caption)), columns_(std::move(columns)) {}

void HtmlTable::add(const std::vector<HtmlCell>& cells, const std::string& kind) {
  body_ += kind.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", kind);
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
