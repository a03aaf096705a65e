#include "results/tables/map_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "results/text/fold.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

using Lines = std::vector<std::string>;
constexpr std::size_t kMostLetters = 3;
constexpr std::size_t kMostName = 48;  // of a path and two conditions

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, shown_width(text)), ' ');
}

/// Headings in the order of the map.
std::vector<std::string> headings(const Recommendation& recommendation) {
  std::vector<std::string> all;
  for (const MapCell& cell : recommendation.map) {
    const std::string heading = cell.row.heading();
    if (std::find(all.begin(), all.end(), heading) == all.end()) all.push_back(heading);
  }
  return all;
}

const MapCell* find_cell(const Recommendation& recommendation, const std::string& heading,
                         std::int64_t chunk) {
  for (const MapCell& cell : recommendation.map) {
    if (cell.row.heading() == heading && cell.row.chunk == chunk) return &cell;
  }
  return nullptr;
}

Lines of_one_chunk(const Recommendation& recommendation, std::size_t width, std::size_t name) {
  Lines lines;
  for (const std::string& heading : headings(recommendation)) {
    const MapCell* const cell = find_cell(recommendation, heading, recommendation.chunks.front());
    std::vector<std::string> names;
    for (const std::string& mode : cell->modes) names.push_back(name_text(mode));
    std::string left = padded(clip(name_text(heading), name), name + 2);
    for (const std::string& line :
         folded(fmt::format("{}", fmt::join(names, ", ")), width - name - 2, 2)) {
      lines.push_back(left + clip(line, width - name - 2));
      left.assign(name + 2, ' ');
    }
  }
  return lines;
}

void add_block(Lines& lines, const Recommendation& recommendation, std::size_t name,
               std::size_t column, std::size_t first, std::size_t last) {
  for (const std::string& heading : headings(recommendation)) {
    std::string line = padded(clip(name_text(heading), name), name);
    for (std::size_t i = first; i < last; ++i) {
      const MapCell* const cell = find_cell(recommendation, heading, recommendation.chunks[i]);
      const std::string letters =
          cell == nullptr || cell->modes.empty() ? "-" : letters_of(*cell, recommendation.modes);
      line += fmt::format("{:>{}}", letters, column);
    }
    lines.push_back(line);
  }
}

}  // namespace

std::string letter_of(std::size_t mode) {
  const char letter = static_cast<char>(mode < 26 ? 'A' + mode : mode < 52 ? 'a' + mode - 26 : '?');
  return std::string(1, letter);
}

std::string letters_of(const MapCell& cell, const std::vector<std::string>& modes) {
  std::string letters;
  for (const std::string& mode : cell.modes) {
    const auto found = std::find(modes.begin(), modes.end(), mode);
    letters += letter_of(static_cast<std::size_t>(found - modes.begin()));
  }
  if (letters.size() <= kMostLetters) return letters;
  return fmt::format("{}+{}", letters.front(), letters.size() - 1);
}

std::string short_size(std::int64_t bytes) {
  std::string text = format_size(bytes);
  if (text.ends_with("iB")) text.resize(text.size() - 2);
  return text;
}

Lines map_lines(const Recommendation& recommendation, std::size_t width, const Paint& paint) {
  if (recommendation.map.empty()) return {};
  std::size_t name = 0;
  for (const std::string& heading : headings(recommendation))
    name = std::max(name, shown_width(name_text(heading)));
  name = std::min(name, kMostName);
  Lines lines;
  if (recommendation.chunks.size() == 1) {
    lines.push_back(
        paint.bold(fmt::format("Best by throughput at {}, with those it was not told from",
                               format_size(recommendation.chunks.front()))));
    const Lines rows = of_one_chunk(recommendation, width, name);
    lines.insert(lines.end(), rows.begin(), rows.end());
    lines.emplace_back();
    return lines;
  }
  std::size_t column = 4;
  for (const std::int64_t chunk : recommendation.chunks)
    column = std::max(column, short_size(chunk).size() + 1);
  for (const MapCell& cell : recommendation.map)
    column = std::max(column, letters_of(cell, recommendation.modes).size() + 1);
  const std::string title = "Best mode";
  const std::size_t left = std::max(name, title.size());
  const std::size_t beside = std::max<std::size_t>((width - left) / column, 1);
  for (std::size_t first = 0; first < recommendation.chunks.size(); first += beside) {
    const std::size_t last = std::min(first + beside, recommendation.chunks.size());
    std::string head = padded(first == 0 ? title : "", left);
    for (std::size_t i = first; i < last; ++i)
      head += fmt::format("{:>{}}", short_size(recommendation.chunks[i]), column);
    lines.push_back(paint.bold(head));
    add_block(lines, recommendation, left, column, first, last);
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < recommendation.modes.size(); ++i)
    names.push_back(fmt::format("{}={}", letter_of(i), name_text(recommendation.modes[i])));
  for (const std::string& line :
       folded(fmt::format("{}; by throughput, together: not told apart", fmt::join(names, " ")),
              width, 2))
    lines.push_back(paint.dim(clip(line, width)));
  lines.emplace_back();
  return lines;
}

}  // namespace splicebench
