#include "plots/data/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <sstream>

#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Bytes of the character that starts at `at`, 0 when there is no valid one. Overlong forms,
/// surrogates and what lies above U+10FFFF are not valid (RFC 3629).
std::size_t character_at(std::string_view text, std::size_t at) {
  const unsigned char first = static_cast<unsigned char>(text[at]);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 0 || at + size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[at + i])) return 0;
  }
  const unsigned char second = size > 1 ? static_cast<unsigned char>(text[at + 1]) : 0;
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second > 0x9F) return 0;
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second > 0x8F) return 0;
  return size;
}

/// C0 and C1 controls, and the marks that reorder text (U+202A-202E, U+2066-2069): a host name
/// must not turn the caption around.
bool is_control(std::string_view character) {
  const unsigned char first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  const unsigned char second = static_cast<unsigned char>(character[1]);
  if (character.size() == 2) return first == 0xC2 && second < 0xA0;
  if (character.size() != 3 || first != 0xE2) return false;
  const unsigned char third = static_cast<unsigned char>(character[2]);
  return (second == 0x80 && third >= 0xA8 && third <= 0xAE) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

/// Byte at which character number `index` of valid UTF-8 starts.
std::size_t place_of(const std::string& text, std::size_t index) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (!is_continuation(text[at]) && seen++ == index) break;
  }
  return at;
}

/// "b/c" of "a/b/c": `count` parts, or all.
std::string last_parts(const std::string& path, std::size_t count) {
  std::size_t at = path.size();
  for (; count > 0 && at != 0; --count) {
    const std::size_t slash = path.rfind('/', at - 1);
    if (slash == std::string::npos) return path;
    at = slash;
  }
  return path.substr(count == 0 ? at + 1 : at);
}

/// Of valid UTF-8.
std::uint32_t code_point(std::string_view character) {
  const std::uint32_t first = static_cast<unsigned char>(character[0]);
  std::uint32_t code = character.size() == 1 ? first : first & (0x7FU >> character.size());
  for (const char c : character.substr(1))
    code = code << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return code;
}

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};

/// All in DejaVu Sans, regular and bold, without a hole.
constexpr std::array<CodeRange, 16> kCommon{{{'\n', '\n'},
                                             {' ', '~'},
                                             {0xA0, 0x2E9},  // Latin, modifiers
                                             {0x300, 0x34F},
                                             {0x370, 0x377},
                                             {0x37A, 0x37E},
                                             {0x384, 0x38A},
                                             {0x38E, 0x3A1},  // Greek
                                             {0x3A3, 0x525},  // and Cyrillic
                                             {0x1E00, 0x1EFB},
                                             {0x2010, 0x2027},  // dashes, quotes, ellipsis
                                             {0x202F, 0x205F},
                                             {0x2074, 0x208E},  // superscripts, subscripts
                                             {0x20A0, 0x20B5},
                                             {0x2190, 0x2311},  // arrows, mathematics
                                             {0x2500, 0x269C}}};

bool is_common(std::uint32_t code) {
  return std::any_of(kCommon.begin(), kCommon.end(), [&](const CodeRange& range) {
    return code >= range.first && code <= range.last;
  });
}

}  // namespace

std::string in_common_characters(std::string_view text) {
  std::string common;
  common.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::max<std::size_t>(1, character_at(text, at));
    const std::string_view character = text.substr(at, size);
    common += is_common(code_point(character)) ? character : kReplacement;
    at += size;
  }
  return common;
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character_at(text, at);
    if (size == 0) {
      line += kReplacement;
      ++at;
      continue;
    }
    const std::string_view character = text.substr(at, size);
    if (is_control(character)) {
      line += ' ';
    } else {
      line += character;
    }
    at += size;
  }
  return line;
}

std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string clip(const std::string& text, std::size_t characters) {
  if (length_of(text) <= characters) return text;
  return text.substr(0, place_of(text, characters - 1)) + "…";
}

std::string clip_middle(const std::string& text, std::size_t characters) {
  const std::size_t length = length_of(text);
  if (length <= characters) return text;
  const std::size_t last = characters / 2;
  return text.substr(0, place_of(text, characters - 1 - last)) + "…" +
         text.substr(place_of(text, length - last));
}

std::vector<std::string> short_names(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  for (const std::string& file : files) {
    std::string name = last_parts(file, 1);
    const auto taken = [&](const std::string& other) {
      return other != file && other.ends_with(name) && last_parts(other, 1) == last_parts(file, 1);
    };
    for (std::size_t parts = 2; name != file; ++parts) {
      if (std::none_of(files.begin(), files.end(), taken)) break;
      name = last_parts(file, parts);
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> fill_lines(const std::vector<std::string>& words,
                                    const std::string& between, std::size_t characters) {
  std::vector<std::string> lines;
  for (const std::string& long_word : words) {
    if (long_word.empty()) continue;
    const std::string word = clip(long_word, characters);
    if (!lines.empty() &&
        length_of(lines.back()) + length_of(between) + length_of(word) <= characters) {
      lines.back() += between + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::vector<std::string> wrap_words(const std::string& text, std::size_t characters) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return fill_lines(words, " ", characters);
}

std::string gnuplot_quote(std::string_view text) {
  const std::string line = one_line(text);
  std::string quoted = "'";
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t quotes = std::min(line.find_first_not_of('\'', at), line.size()) - at;
    if (quotes == 0) {
      quoted += line[at++];
      continue;
    }
    // gnuplot reads two quotes as one only after another character; elsewhere they end the string
    // (scanner.c of 5.4). Between double quotes they are safe.
    quoted += quotes == 1 && at > 0 ? "''" : "'.\"" + std::string(quotes, '\'') + "\".'";
    at += quotes;
  }
  return quoted + "'";
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

std::string digits_text(double value) {
  if (value == 0) return "0";
  if (!std::isfinite(value)) return "∞";
  const int decimals = std::max(0, 2 - static_cast<int>(std::floor(std::log10(std::abs(value)))));
  return fmt::format("{:.{}f}", value, std::min(decimals, 8));
}

std::string percent_text(double ratio) {
  std::string text = fmt::format("{:+.1f}{}%", (ratio - 1) * 100, kNoBreak);
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

std::string count_text(std::int64_t count) {
  return fmt::format("n{}={}{}", kNoBreak, kNoBreak, count);
}

std::string size_label(std::int64_t bytes) {
  std::string label = format_size(bytes);
  const std::size_t unit = label.find_first_not_of("0123456789");
  return label.insert(unit, kNoBreak);
}

}  // namespace splicebench
