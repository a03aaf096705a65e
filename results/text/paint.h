#pragma once

#include <fmt/format.h>

#include <string>

namespace splicebench {

/// ANSI colours for tables on a terminal; nothing without.
class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}
  std::string bold(const std::string& text) const { return with("1", text); }
  std::string good(const std::string& text) const { return with("32", text); }
  std::string bad(const std::string& text) const { return with("31", text); }
  std::string dim(const std::string& text) const { return with("2", text); }
  std::string alert(const std::string& text) const { return with("33", text); }

 private:
  std::string with(const char* code, const std::string& text) const {
    if (!colour_ || text.empty()) return text;
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
  }
  bool colour_;
};

}  // namespace splicebench
