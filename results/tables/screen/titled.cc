#include "results/tables/screen/titled.h"

#include <fmt/format.h>

#include "results/text/fold.h"
#include "results/text/line.h"

namespace splicebench {

void add_titled(std::vector<std::string>& lines, const std::string& title, const std::string& text,
                std::size_t most, const Paint& paint) {
  bool first = true;
  for (const std::string& line : folded(one_line(text), kScreenWidth - kTitleWidth, most)) {
    const std::string shown = clip(line, kScreenWidth - kTitleWidth);
    const std::string left = fmt::format("{:<{}}", first ? title : "", kTitleWidth);
    lines.push_back((first ? paint.bold(left) : left) + shown);
    first = false;
  }
}

void add_command(std::vector<std::string>& lines, const std::string& title,
                 const std::string& command, const Paint& paint) {
  const std::string text = one_line(command);
  const std::string left = fmt::format("{:<{}}", title, kTitleWidth);
  if (kTitleWidth + shown_width(text) <= kScreenWidth) {
    lines.push_back(paint.bold(left) + text);
    return;
  }
  lines.push_back(paint.bold(title));
  lines.push_back(text);
}

void cut_lines(std::vector<std::string>& lines, std::size_t most) {
  if (lines.size() <= most) return;
  const std::size_t more = lines.size() - most + 1;
  lines.resize(most);
  lines.back() =
      fmt::format("... {} more with --details", counted(static_cast<std::int64_t>(more), "line"));
}

}  // namespace splicebench
