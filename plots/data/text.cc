#include "plots/data/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <sstream>

#include "results/text/line.h"
#include "results/text/size.h"
#include "results/text/unicode.h"

namespace splicebench {

namespace {

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

struct CodeRange {
  char32_t first;
  char32_t last;
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

bool is_common(char32_t code) {
  return std::any_of(kCommon.begin(), kCommon.end(), [&](const CodeRange& range) {
    return code >= range.first && code <= range.last;
  });
}

}  // namespace

std::string in_common_characters(std::string_view text) {
  std::string common;
  common.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = first_rune(text);
    common += is_common(rune.value) ? text.substr(0, rune.length) : "\uFFFD";
    text.remove_prefix(rune.length);
  }
  return common;
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
        rune_count(lines.back()) + rune_count(between) + rune_count(word) <= characters) {
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
