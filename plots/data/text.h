#pragma once

// Text that came out of a result file on its way into a picture or a page. It may hold anything.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace splicebench {

/// Valid UTF-8 `text` with U+FFFD for what lies outside of Latin, Greek, Cyrillic and common signs,
/// all of which every wide font has.
std::string in_common_characters(std::string_view text);

/// A name for each of `files`: its last part, or as many as tell it from the others.
std::vector<std::string> short_names(const std::vector<std::string>& files);

/// `words` with `between` them, in lines of at most `characters` characters; a longer word is
/// clipped, an empty one left out.
std::vector<std::string> fill_lines(const std::vector<std::string>& words,
                                    const std::string& between, std::size_t characters);

/// `text` broken at spaces into lines of at most `characters` characters; a longer word is clipped.
std::vector<std::string> wrap_words(const std::string& text, std::size_t characters);

/// A gnuplot string expression in single quotes, in which gnuplot expands nothing: no backslash,
/// backquote, macro or dollar (gnuplot 5.4 manual, "Quote Marks").
std::string gnuplot_quote(std::string_view text);

inline constexpr const char* kNoBreak = "\u00A0";  ///< a space at which no line ends

/// Three digits that count, without an exponent: 0.123, 12.3, 1230.
std::string digits_text(double value);

/// A ratio as the change it is: "+12.3 %".
std::string percent_text(double ratio);

/// "n = 20".
std::string count_text(std::int64_t count);

/// 1024 -> "1 KiB": results/size.h's form with a no-break space, for reading rather than typing.
std::string size_label(std::int64_t bytes);

}  // namespace splicebench
