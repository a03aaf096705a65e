#pragma once

// A history as a picture, and as a page with that picture. Both are whole files that load nothing
// and run nothing.

#include <string>

#include "results/verdict/history/history.h"

namespace splicebench {

/// Stands near the beginning of every such page, and of every such picture.
inline constexpr const char* kHistoryPageMark = "<title>splicebench history: ";
inline constexpr const char* kHistoryPictureMark = "<title>splicebench history</title>";

/// Beside each other in a window, or below each other on a telephone.
enum class Room { kWide, kNarrow };

/// SVG, light or dark as who looks at it: of the first metric what each path did as a whole, then
/// the rows of the cases that changed most, both in percent of the first result.
std::string history_picture(const History& history, Room room = Room::kWide);

std::string history_page(const History& history);

}  // namespace splicebench
