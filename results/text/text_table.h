#pragma once

#include <string>
#include <vector>

namespace splicebench {

/// Rows of cells that line up. Widths are counted in code points (UTF-8), escape sequences not at
/// all.
class TextTable {
 public:
  enum class Align { left, right };

  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// As many cells as columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  /// Lines with two spaces between columns and none at their ends.
  std::string text() const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace splicebench
