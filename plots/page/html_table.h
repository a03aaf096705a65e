#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "results/stats/two_states.h"

namespace splicebench {

/// A cell: `html` is shown as it is, so it must be escaped.
struct HtmlCell {
  std::string html;
  std::string sort;   ///< what it is sorted by; empty: nothing, which sorts last
  bool text = false;  ///< left-aligned
  bool sure = false;  ///< stands out
};

HtmlCell text_cell(const std::string& text);
/// A mode, which may be broken before its parameters.
HtmlCell mode_cell(const std::string& mode);
HtmlCell number_cell(double value, const std::string& html);
/// A value that is not there.
HtmlCell empty_cell();

HtmlCell chunk_cell(std::int64_t bytes);
/// A ratio as the change it is, with its interval where that is finite.
HtmlCell change_cell(double ratio, double low, double high, bool sure);
/// The interval alone, where the ratio lies between two states.
HtmlCell states_change_cell(double low, double high, bool sure);
/// Both states times `factor`, and their shares of the samples.
HtmlCell states_cell(const TwoStates& states, double factor);
/// " [low, high]".
std::string range_html(const std::string& low, const std::string& high);
/// The same of ratios in percent, the sign for which stands before it.
std::string range_html(double low, double high);

struct HtmlColumn {
  std::string name;  ///< escaped when written
  bool text = false;
};

/// A table that the script makes sortable and that scrolls sideways in a box of its own, so that
/// the page does not. Keyboards reach the box.
class HtmlTable {
 public:
  HtmlTable(std::string caption, std::vector<HtmlColumn> columns);
  /// As many cells as columns. The first is the row's header. `kind`: the row's class; empty: none.
  void add(const std::vector<HtmlCell>& cells, const std::string& kind = "");
  std::size_t rows() const { return rows_; }
  std::string html() const;

 private:
  std::string caption_;
  std::vector<HtmlColumn> columns_;
  std::string body_;
  std::size_t rows_ = 0;
};

}  // namespace splicebench
