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

/// "; the first at 62% of the floor".
std::string of_floor(const MapCell& cell) {
  return fmt::format("; the first at {:.0f}% of the floor", *cell.floor_share * 100);
}

/// `names` with commas between them in at most `most` lines, those that do not fit as a number.
Lines listed(std::vector<std::string> names, std::size_t width, std::size_t most) {
  std::string end;
  for (std::size_t more = 1;; ++more) {
    const Lines lines =
        folded(fmt::format("{}{}", fmt::join(names, ", "), end), width, std::string::npos);
    if (lines.size() <= most || names.size() < 2) return lines;
    names.pop_back();
    end = fmt::format(" and {} more", more);
  }
}

Lines of_one_chunk(const Recommendation& recommendation, std::size_t width, std::size_t name) {
  Lines lines;
  for (const std::string& heading : headings(recommendation)) {
    const MapCell* const cell = find_cell(recommendation, heading, recommendation.chunks.front());
    std::vector<std::string> names;
    for (const std::string& mode : cell->modes) names.push_back(name_text(mode));
    std::string left = padded(clip(name_text(heading), name), name + 2);
    if (cell->floor_share) names.back() += of_floor(*cell);
    for (const std::string& line : listed(names, width - name - 2, 2)) {
      lines.push_back(left + clip(line, width - name - 2));
      left.assign(name + 2, ' ');
    }
  }
  return lines;
}

/// The best mode's part of the floor at each chunk; empty where there is no floor.
std::string floor_line(const Recommendation& recommendation, const std::string& heading,
                       std::size_t name, std::size_t column, std::size_t first, std::size_t last) {
  bool any = false;
  std::string line = padded("  % of floor", name);
  for (std::size_t i = first; i < last; ++i) {
    const MapCell* const cell = find_cell(recommendation, heading, recommendation.chunks[i]);
    const bool known = cell != nullptr && cell->floor_share;
    any = any || known;
    line += fmt::format("{:>{}}", known ? fmt::format("{:.0f}", *cell->floor_share * 100) : "-",
                        column);
  }
  return any ? line : "";
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
    const std::string floor = floor_line(recommendation, heading, name, column, first, last);
    if (!floor.empty()) lines.push_back(floor);
  }
}

/// Letters and names of the modes that stand in the map.
std::vector<std::string> legend_of(const Recommendation& recommendation) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < recommendation.modes.size(); ++i) {
    const std::string letter = letter_of(i);
    const bool shown =
        std::any_of(recommendation.map.begin(), recommendation.map.end(), [&](const MapCell& cell) {
          return letters_of(cell, recommendation.modes).find(letter) != std::string::npos;
        });
    if (shown) names.push_back(fmt::format("{}={}", letter, name_text(recommendation.modes[i])));
  }
  return names;
}

}  // namespace

std::string short_ranges(const std::vector<std::int64_t>& chunks,
                         const std::vector<std::int64_t>& all) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first < chunks.size();) {
    auto at = std::lower_bound(all.begin(), all.end(), chunks[first]);
    std::size_t last = first;
    while (last + 1 < chunks.size() && at + 1 < all.end() && chunks[last + 1] == *(at + 1))
      ++last, ++at;
    parts.push_back(first == last ? short_size(chunks[first])
                                  : short_size(chunks[first]) + "-" + short_size(chunks[last]));
    first = last + 1;
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

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
  const std::string title = "Fastest";
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
  const std::vector<std::string> names = legend_of(recommendation);
  for (const std::string& line :
       folded(fmt::format("{}; together: not told apart", fmt::join(names, " ")), width, 4))
    lines.push_back(paint.dim(clip(line, width)));
  lines.emplace_back();
  return lines;
}

}  // namespace splicebench
