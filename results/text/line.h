#pragma once

// Text on its way to people. What came out of a file may hold anything.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace splicebench {

/// `text` as one line of valid UTF-8 that nothing acts upon: controls (C0, C1, DEL), ends of lines
/// and the marks that turn text around become spaces, bytes that are no UTF-8 become U+FFFD.
std::string one_line(std::string_view text);

/// At most `characters` characters of valid UTF-8 `text`, the last one an ellipsis when cut.
std::string clip(const std::string& text, std::size_t characters);

/// The same cut in its middle: what tells titles apart often stands at their end.
std::string clip_middle(const std::string& text, std::size_t characters);

/// one_line() of at most 2000 characters: a sentence.
std::string sentence_line(std::string_view text);

/// one_line() of at most 200 characters: a name in a table.
std::string name_text(std::string_view name);

/// `text` for a terminal, its lines as they are: as many characters, those one_line() does not keep
/// replaced. `coloured`: the codes of Paint stay, which change nothing but colours.
std::string terminal_text(std::string_view text, bool coloured);

/// one_line() for text of HTML and XML, and for attributes in either kind of quotes.
std::string html_escape(std::string_view text);

/// Three significant digits, never an exponent.
std::string three_digits(double value);

/// "1 round", "2 rounds".
std::string counted(std::int64_t count, std::string_view noun);

}  // namespace splicebench
