#include "results/text/fold.h"

#include <algorithm>

#include "results/text/line.h"

namespace splicebench {

std::size_t shown_width(const std::string& text) {
  std::size_t width = 0;
  bool code = false;
  for (const char c : text) {
    if (c == '\x1b') code = true;
    if (!code && (static_cast<unsigned char>(c) & 0xC0) != 0x80) ++width;
    if (c == 'm') code = false;
  }
  return width;
}

std::vector<std::string> folded(const std::string& text, std::size_t width, std::size_t lines) {
  std::vector<std::string> result(1);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    std::string& line = result.back();
    if (line.empty()) {
      line = word;
    } else if (shown_width(line) + 1 + shown_width(word) <= width) {
      line += ' ' + word;
    } else if (result.size() < lines) {
      result.push_back(word);
    } else {
      line = clip(line + ' ' + text.substr(begin), width);
      break;
    }
    begin = end + 1;
  }
  return result;
}

std::string first_clauses(const std::string& text, std::size_t width) {
  if (shown_width(text) <= width) return text;
  std::size_t best = 0;
  for (const char* const end : {"; ", ": ", ", ", " ("}) {
    for (std::size_t at = text.find(end); at != std::string::npos; at = text.find(end, at + 1)) {
      if (shown_width(text.substr(0, at)) > width) break;
      best = std::max(best, at);
    }
  }
  // Less than a third of the room is a word of introduction, and says nothing.
  return best < width / 3 ? clip(text, width) : text.substr(0, best);
}

}  // namespace splicebench
