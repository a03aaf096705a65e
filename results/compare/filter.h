#pragma once

// Filters: `k:v`, `k:"v"`, `k:/re/` (RE2 syntax, as Go; unanchored), `k:(a OR b)`, `*`, `-x`, `x y`
// or `x AND y`, `x OR y`, parentheses. `.unit:` picks single measurements of a record, by the unit
// as written or in base units.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/compare/record_key.h"
#include "results/text/pattern.h"

namespace splicebench {

class Filter {
 public:
  /// Throws UsageError, naming --filter and the position, when `query` cannot be read.
  static Filter parse(std::string_view query);

  /// Whether the measurement of `record` in `unit` (as written) is wanted.
  bool matches(const Record& record, std::string_view file, std::string_view unit) const {
    return root_->matches(record, file, unit);
  }
  /// True for the filter that lets everything through.
  bool is_all() const { return root_->kind == Node::Kind::kAll; }

  struct Value {
    std::string text;
    std::optional<Pattern> regexp;  ///< instead of text

    bool matches(std::string_view value) const;
  };
  struct Node {
    enum class Kind { kAll, kNot, kAnd, kOr, kMatch };
    Kind kind = Kind::kAll;
    std::vector<std::unique_ptr<Node>> children;
    std::unique_ptr<RecordKey> key;  ///< of kMatch
    std::vector<Value> values;       ///< of kMatch: any of them

    bool matches(const Record& record, std::string_view file, std::string_view unit) const;
  };

 private:
  explicit Filter(std::unique_ptr<Node> root) : root_(std::move(root)) {}

  std::unique_ptr<Node> root_;
};

}  // namespace splicebench
