#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace splicebench {

/// A cell: `html` is shown as it is, so it must be escaped.
struct HtmlCell {
  std::string html;
  std::string sort;   ///< what it is sorted by; empty: nothing, which sorts last
  bool text = false;  ///< left-aligned
  bool sure = false;  ///< stands out
};

HtmlCell text_cell(const std::string& text);
HtmlCell number_cell(double value, const std::string& html);
/// A value that is not there.
HtmlCell empty_cell();

struct HtmlColumn {
  std::string name;  ///< escaped when written
  bool text = false;
};

/// A table that the script makes sortable and that scrolls sideways in a box of its own, so that
/// the page does not. Keyboards reach the box.
class HtmlTable {
 public:
  HtmlTable(std::string caption, std::vector<HtmlColumn> columns);
  /// As many cells as columns. The first is the row's header.
  void add(const std::vector<HtmlCell>& cells);
  std::size_t rows() const { return rows_; }
  std::string html() const;

 private:
  std::string caption_;
  std::vector<HtmlColumn> columns_;
  std::string body_;
  std::size_t rows_ = 0;
};

}  // namespace splicebench
