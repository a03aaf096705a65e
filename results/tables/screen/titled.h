#pragma once

// Lines of a screen: a title on the left, its text beside it.

#include <cstddef>
#include <string>
#include <vector>

#include "results/text/paint.h"

namespace splicebench {

/// Of a screen: what a terminal has at least.
inline constexpr std::size_t kScreenWidth = 80;
inline constexpr std::size_t kScreenLines = 30;

/// Columns of the titles.
inline constexpr std::size_t kTitleWidth = 10;

/// `text` beside `title`, in at most `most` lines.
void add_titled(std::vector<std::string>& lines, const std::string& title, const std::string& text,
                std::size_t most, const Paint& paint);

/// A command to paste: never cut, on a line of its own where it does not fit beside `title`.
void add_command(std::vector<std::string>& lines, const std::string& title,
                 const std::string& command, const Paint& paint);

/// At most `most` lines (1 or more), the last one says how many it stands for.
void cut_lines(std::vector<std::string>& lines, std::size_t most);

}  // namespace splicebench
