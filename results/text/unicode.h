#pragma once

// The little of Unicode that the formats need: Go's readers and tables count in code points and
// tell white space and letter case by them. Invalid UTF-8 is read byte by byte as U+FFFD, as Go
// does, and is passed on unchanged.

#include <cstddef>
#include <string_view>

namespace splicebench {

struct Rune {
  char32_t value = 0;      ///< U+FFFD for a byte that starts no valid sequence
  std::size_t length = 0;  ///< bytes it takes; 0 only at the end of the text
};

/// The first code point of `text`.
Rune first_rune(std::string_view text);

/// Code points in `text`: the width of a table cell.
std::size_t rune_count(std::string_view text);

/// White space as Unicode's White_Space property has it.
bool is_space(char32_t rune);

/// Letter case as the C library's C.UTF-8 tables have it; ASCII only where that locale is missing.
bool is_lower(char32_t rune);
bool is_upper(char32_t rune);

/// What stands before the first white space.
std::string_view leading_word(std::string_view text);

/// Takes the first white-space separated field off `rest`, and the white space on both sides of it.
/// Empty when there is none.
std::string_view take_field(std::string_view& rest);

}  // namespace splicebench
