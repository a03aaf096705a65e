#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace splicebench {

/// A regular expression in the syntax of RE2, which is Go's, found anywhere in a text; in time
/// linear in the text, whatever the expression.
class Pattern {
 public:
  /// Throws UsageError, "--filter: '(' is not a regular expression: missing ): (" for that `flag`.
  explicit Pattern(const std::string& expression, std::string_view flag = "--filter");
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  bool matches(std::string_view text) const;

 private:
  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace splicebench
