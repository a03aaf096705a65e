#include "results/text/unicode.h"

#include <array>
#include <clocale>
#include <cwctype>

namespace splicebench {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }

/// Bytes of the sequence `lead` starts; 0 when it starts none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// The C library's own tables, whatever locale the user has set.
locale_t utf8_locale() {
  static const locale_t locale =
      ::newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
  return locale;
}

}  // namespace

Rune first_rune(std::string_view text) {
  if (text.empty()) return {};
  const unsigned char lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 1) return {lead, 1};
  if (length == 0 || text.size() < length) return {kReplacement, 1};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return {kReplacement, 1};
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {kReplacement, 1};
  return {value, length};
}

std::size_t rune_count(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(first_rune(text).length);
    ++count;
  }
  return count;
}

bool is_space(char32_t rune) {
  return (rune >= '\t' && rune <= '\r') || rune == ' ' || rune == 0x85 || rune == 0xA0 ||
         rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 ||
         rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

bool is_lower(char32_t rune) {
  if (rune < 0x80) return rune >= 'a' && rune <= 'z';
  const locale_t locale = utf8_locale();
  return locale != nullptr && ::iswlower_l(static_cast<wint_t>(rune), locale) != 0;
}

bool is_upper(char32_t rune) {
  if (rune < 0x80) return rune >= 'A' && rune <= 'Z';
  const locale_t locale = utf8_locale();
  return locale != nullptr && ::iswupper_l(static_cast<wint_t>(rune), locale) != 0;
}

namespace {

/// White space by byte: nearly every byte of a benchmark file is ASCII, and this is the inner loop
/// of reading one.
constexpr std::array<bool, 128> kAsciiSpace = [] {
  std::array<bool, 128> table{};
  for (const char c : {'\t', '\n', '\v', '\f', '\r', ' '})
    table[static_cast<std::size_t>(c)] = true;
  return table;
}();

/// Length of the longest prefix whose runes all are (or all are not) white space.
std::size_t span_of(std::string_view text, bool space) {
  std::size_t at = 0;
  while (at < text.size()) {
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      if (kAsciiSpace[byte] != space) break;
      ++at;
      continue;
    }
    const Rune rune = first_rune(text.substr(at));
    if (is_space(rune.value) != space) break;
    at += rune.length;
  }
  return at;
}

}  // namespace

std::string_view leading_word(std::string_view text) {
  return text.substr(0, span_of(text, false));
}

std::string_view take_field(std::string_view& rest) {
  rest.remove_prefix(span_of(rest, true));
  const std::string_view field = rest.substr(0, span_of(rest, false));
  rest.remove_prefix(field.size());
  rest.remove_prefix(span_of(rest, true));
  return field;
}

}  // namespace splicebench
