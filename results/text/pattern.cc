#include "results/text/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "results/files/error.h"

namespace splicebench {

Pattern::Pattern(const std::string& expression, std::string_view flag)
    : expression_(std::make_unique<re2::RE2>(expression, re2::RE2::Quiet)) {
  if (expression_->ok()) return;
  throw UsageError(fmt::format("{}: '{}' is not a regular expression: {}", flag, expression,
                               expression_->error()));
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *expression_);
}

}  // namespace splicebench
