#include <algorithm>
#include <string_view>

#include "bench/commands/manual/manual.h"

namespace splicebench {

namespace {

std::size_t columns_of(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

/// Where the last column of a line begins: after the last gap, if it leaves room for words.
std::size_t text_begin(std::string_view line, std::size_t width) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.substr(0, width * 2 / 3).rfind("  ");
  if (gap == std::string_view::npos || gap < begin) return begin;
  return std::min(line.find_first_not_of(' ', gap), line.size());
}

void add_wrapped(std::string& text, std::string_view line, std::size_t width) {
  if (columns_of(line) <= width) {
    text.append(line).append("\n");
    return;
  }
  const std::size_t begin = text_begin(line, width);
  // A line of one column hangs, but for a description that stands below its flag.
  const std::size_t hang = begin == line.find_first_not_of(' ') && begin < 20 ? begin + 4 : begin;
  std::string current(line.substr(0, begin));
  bool first = true;  // of this line
  for (line.remove_prefix(begin); !line.empty();) {
    std::size_t end = std::min(line.find(' '), line.size());
    if (first && columns_of(current) + columns_of(line.substr(0, end)) > width) {
      // A list that no line holds is broken between its items.
      const std::size_t comma = line.substr(0, width - current.size()).rfind(',', end);
      if (comma != std::string_view::npos) end = comma + 1;
    }
    const std::string_view word = line.substr(0, end);
    if (!first && columns_of(current) + 1 + columns_of(word) > width) {
      text.append(current).append("\n");
      current.assign(hang, ' ');
      first = true;
      continue;
    }
    if (!first) current += ' ';
    current += word;
    first = false;
    line.remove_prefix(std::min(line.find_first_not_of(' ', end), line.size()));
  }
  text.append(current).append("\n");
}

}  // namespace

std::string wrapped(const std::string& help, std::size_t width) {
  std::string text;
  std::string_view rest = help;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    add_wrapped(text, rest.substr(0, end), width);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<const CLI::Option*> shown_flags(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) {
    return !option->get_lnames().empty() && !option->get_group().empty();
  });
}

bool takes_value(const CLI::Option& option) { return option.get_expected_min() > 0; }

}  // namespace splicebench
