#pragma once

// Lays out text in columns: widths in code points, colours not counted, cells over several columns,
// margins that vanish with an empty column.

#include <cstddef>
#include <string>
#include <vector>

namespace splicebench {

enum class Align { kLeft, kRight, kCentre };

class TextGrid {
 public:
  /// A column with the text before it. Only columns that `grow` are widened for a cell that spans
  /// several; where none of them does, the cell overflows.
  struct Column {
    std::string margin;  ///< between the column before and this one
    bool grow = false;
  };

  explicit TextGrid(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void start_row() { rows_.emplace_back(); }
  /// Cells of a row come from left to right and do not overlap. `margin` stands before the cell
  /// instead of spaces of the same width.
  void cell(std::size_t column, std::size_t span, std::string text, Align align,
            std::string margin = "");

  /// All rows, each ended, none with white space at its end.
  std::string format() const;

 private:
  struct Cell {
    std::size_t column;
    std::size_t span;
    std::string text;
    Align align;
    std::string margin;
  };

  std::vector<std::size_t> widths() const;
  std::size_t margin_width(const std::vector<std::size_t>& widths, std::size_t column) const;
  std::size_t span_width(const std::vector<std::size_t>& widths, const Cell& cell) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// Rows of cells, each as long as `columns`, two spaces apart.
std::string aligned_text(const std::vector<std::vector<std::string>>& rows,
                         const std::vector<Align>& columns);

}  // namespace splicebench
