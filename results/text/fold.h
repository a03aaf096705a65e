#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace splicebench {

/// `text` broken at blanks into lines of at most `width` characters, longer only where a word is,
/// and at most `lines` of them: what is left out shows as an ellipsis. At least one line.
std::vector<std::string> folded(const std::string& text, std::size_t width, std::size_t lines);

/// As much of the beginning of `text` as says something whole in `width` characters: up to a comma,
/// semicolon, colon or bracket. Cut with an ellipsis only where that is nothing.
std::string first_clauses(const std::string& text, std::size_t width);

/// Characters of valid UTF-8, the codes of Paint not counted.
std::size_t shown_width(const std::string& text);

}  // namespace splicebench
