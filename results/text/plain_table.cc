#include "results/text/plain_table.h"

#include <algorithm>

#include "results/text/line.h"
#include "results/text/text_grid.h"
#include "results/text/unicode.h"

namespace splicebench {

std::string csv_field(std::string_view text) {
  std::string field(text);
  // A spreadsheet would run it as a formula; the apostrophe makes it text there. Not before a sign:
  // figures begin with one.
  if (field.starts_with('=') || field.starts_with('@')) field.insert(field.begin(), '\'');
  const bool plain =
      field.empty() || (field != "\\." && field.find_first_of(",\"\r\n") == std::string::npos &&
                        !is_space(first_rune(field).value));
  if (plain) return field;
  std::string result = "\"";
  for (const char c : field) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

std::string markdown_cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      result += ' ';
      continue;
    }
    if (std::string_view("|\\`*_<>[]~").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string PlainTable::text(std::size_t numbers_from) const {
  std::vector<Align> columns(header.size(), Align::kRight);
  std::fill_n(columns.begin(), std::min(numbers_from, columns.size()), Align::kLeft);
  std::vector<std::vector<std::string>> lines{header};
  lines.insert(lines.end(), rows.begin(), rows.end());
  for (std::vector<std::string>& line : lines) {
    for (std::string& cell : line) cell = name_text(cell);
  }
  return aligned_text(lines, columns);
}

std::string PlainTable::csv() const {
  std::string result;
  const auto add = [&](const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) result += ',';
      result += csv_field(fields[i]);
    }
    result += '\n';
  };
  add(header);
  for (const std::vector<std::string>& row : rows) add(row);
  return result;
}

std::string PlainTable::markdown(std::size_t numbers_from) const {
  std::string result;
  const auto add = [&](const std::vector<std::string>& fields) {
    result += '|';
    for (const std::string& field : fields) result += ' ' + markdown_cell(field) + " |";
    result += '\n';
  };
  add(header);
  result += '|';
  for (std::size_t i = 0; i < header.size(); ++i) result += i < numbers_from ? " --- |" : " ---: |";
  result += '\n';
  for (const std::vector<std::string>& row : rows) add(row);
  return result;
}

}  // namespace splicebench
