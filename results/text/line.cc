#include "results/text/line.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/text/unicode.h"

namespace splicebench {

namespace {

constexpr std::size_t kLongestSentence = 2000;
constexpr std::size_t kLongestName = 200;

/// Controls, ends of lines, and what sets the direction of text (Unicode's Bidi_Control): a host
/// name must not turn the caption around.
bool acts(char32_t rune) {
  return rune < ' ' || (rune >= 0x7F && rune < 0xA0) || rune == 0x61C || rune == 0x200E ||
         rune == 0x200F || (rune >= 0x2028 && rune <= 0x202E) || (rune >= 0x2066 && rune <= 0x2069);
}

/// Byte at which character number `index` starts.
std::size_t place_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += first_rune(text.substr(at)).length;
  return at;
}

/// Bytes of the code of Paint that `text` begins with, or 0.
std::size_t colour_at(std::string_view text) {
  for (const std::string_view code :
       {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"}) {
    if (text.starts_with(code)) return code.size();
  }
  return 0;
}

std::string cleaned(std::string_view text, bool lines, bool coloured) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    std::size_t length = coloured ? colour_at(text) : 0;
    const bool kept = length > 0 || (lines && rune.value == '\n');
    length = std::max(length, rune.length);
    if (!kept && acts(rune.value)) {
      clean += ' ';
    } else if (rune.value == 0xFFFD) {
      clean += "\uFFFD";
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return clean;
}

}  // namespace

std::string one_line(std::string_view text) { return cleaned(text, false, false); }

std::string clip(const std::string& text, std::size_t characters) {
  if (rune_count(text) <= characters) return text;
  return text.substr(0, place_of(text, characters - 1)) + "…";
}

std::string clip_middle(const std::string& text, std::size_t characters) {
  const std::size_t length = rune_count(text);
  if (length <= characters) return text;
  const std::size_t last = characters / 2;
  return text.substr(0, place_of(text, characters - 1 - last)) + "…" +
         text.substr(place_of(text, length - last));
}

std::string sentence_line(std::string_view text) {
  return clip_middle(one_line(text), kLongestSentence);
}

std::string name_text(std::string_view name) { return clip_middle(one_line(name), kLongestName); }

std::string terminal_text(std::string_view text, bool coloured) {
  return cleaned(text, true, coloured);
}

std::string html_escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : one_line(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string three_digits(double value) {
  const int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return fmt::format("{:.{}f}", value, digits);
}

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace splicebench
