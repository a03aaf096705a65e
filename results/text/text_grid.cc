#include "results/text/text_grid.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "results/text/unicode.h"

namespace splicebench {

namespace {

/// Code points as far as they are shown: what sets a colour is not.
std::size_t width_of(std::string_view text) {
  std::size_t width = rune_count(text);
  for (std::size_t at = text.find("\x1b["); at != std::string_view::npos;
       at = text.find("\x1b[", at + 1)) {
    const std::size_t end = text.find_first_not_of("0123456789;", at + 2);
    if (end != std::string_view::npos && text[end] == 'm') width -= end + 1 - at;
  }
  return width;
}

}  // namespace

void TextGrid::cell(std::size_t column, std::size_t span, std::string text, Align align,
                    std::string margin) {
  rows_.back().push_back({column, span, std::move(text), align, std::move(margin)});
}

std::size_t TextGrid::margin_width(const std::vector<std::size_t>& widths,
                                   std::size_t column) const {
  return widths[column] == 0 ? 0 : width_of(columns_[column].margin);
}

std::size_t TextGrid::span_width(const std::vector<std::size_t>& widths, const Cell& cell) const {
  std::size_t width = 0;
  for (std::size_t column = cell.column; column < cell.column + cell.span; ++column) {
    if (column > cell.column) width += margin_width(widths, column);
    width += widths[column];
  }
  return width;
}

std::vector<std::size_t> TextGrid::widths() const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const std::vector<Cell>& row : rows_) {
    for (const Cell& cell : row) {
      if (cell.span == 1) {
        widths[cell.column] = std::max(widths[cell.column], width_of(cell.text));
      }
    }
  }
  for (const std::vector<Cell>& row : rows_) {
    for (const Cell& cell : row) {
      if (cell.span == 1) continue;
      const std::size_t needed = width_of(cell.text);
      std::size_t available = span_width(widths, cell);
      std::vector<std::size_t> growing;
      for (std::size_t column = cell.column; column < cell.column + cell.span; ++column) {
        if (columns_[column].grow) growing.push_back(column);
      }
      // Evenly, what is left over from the left.
      for (std::size_t i = 0; i < growing.size() && available < needed; ++i) {
        const std::size_t shares = growing.size() - i;
        const std::size_t share = (needed - available + shares - 1) / shares;
        widths[growing[i]] += share;
        available += share;
      }
    }
  }
  return widths;
}

std::string TextGrid::format() const {
  const std::vector<std::size_t> widths = this->widths();
  std::vector<std::size_t> starts;  // of a column's text
  std::size_t at = 0;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    // The bar between experiments stands even before an empty column.
    at += columns_[column].grow ? width_of(columns_[column].margin) : margin_width(widths, column);
    starts.push_back(at);
    at += widths[column];
  }
  std::string text;
  for (const std::vector<Cell>& row : rows_) {
    std::size_t position = 0;  // as if nothing had overflowed
    const std::size_t begin = text.size();
    for (const Cell& cell : row) {
      const std::size_t start = starts[cell.column] - width_of(cell.margin);
      text.append(start - position, ' ');
      text += cell.margin;
      const std::size_t width = span_width(widths, cell);
      const std::size_t length = width_of(cell.text);
      // An overflowing cell is padded by as much as it overflows: the original's way, kept so that
      // both print the same bytes.
      const std::size_t padding = width > length ? width - length : length - width;
      const std::size_t left = length > width                 ? 0
                               : cell.align == Align::kRight  ? padding
                               : cell.align == Align::kCentre ? padding / 2
                                                              : 0;
      text.append(left, ' ');
      text += cell.text;
      text.append(padding - left, ' ');
      position = starts[cell.column] + width;
    }
    text.erase(std::max(begin, text.find_last_not_of(' ') + 1));
    text += '\n';
  }
  return text;
}

std::string aligned_text(const std::vector<std::vector<std::string>>& rows,
                         const std::vector<Align>& columns) {
  std::vector<TextGrid::Column> spaced(columns.size(), {"  ", false});
  spaced.front().margin = "";
  TextGrid grid(std::move(spaced));
  for (const std::vector<std::string>& row : rows) {
    grid.start_row();
    for (std::size_t i = 0; i < row.size(); ++i) grid.cell(i, 1, row[i], columns[i]);
  }
  return grid.format();
}

}  // namespace splicebench
