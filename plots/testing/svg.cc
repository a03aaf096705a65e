#include "plots/testing/svg.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace splicebench::testing {

namespace {

std::string hex_colour(const std::smatch& match, std::size_t first) {
  return fmt::format("#{:02x}{:02x}{:02x}", std::stoi(match[first]), std::stoi(match[first + 1]),
                     std::stoi(match[first + 2]));
}

}  // namespace

bool SvgChart::has_text(const std::string& text) const {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const SvgText& one) { return one.text.find(text) != std::string::npos; });
}

std::vector<SvgMark> SvgChart::marks_of(const std::string& colour, int type, double below) const {
  std::vector<SvgMark> found;
  std::copy_if(marks.begin(), marks.end(), std::back_inserter(found), [&](const SvgMark& mark) {
    return mark.colour == colour && mark.type == type && mark.y > below;
  });
  return found;
}

SvgChart read_svg(const std::string& svg) {
  static const std::regex mark(
      R"(<use xlink:href='#gpPt(\d+)' transform='translate\(([\d.]+),([\d.]+)\)[^>]*?color='rgb\( *(\d+), *(\d+), *(\d+)\)')");
  static const std::regex place(R"(transform="translate\(([-\d.]+),([-\d.]+)\))");
  static const std::regex text(R"(<text>(.*)</text>)");
  static const std::regex fill(R"(fill ?= ?'rgb\( *(\d+), *(\d+), *(\d+)\)')");
  SvgChart chart;
  double x = 0;
  double y = 0;
  std::istringstream lines(svg);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, mark)) {
      // gnuplot counts its SVG marks from 0, its point types from 1.
      chart.marks.push_back({std::stoi(match[1]) + 1, std::stod(match[2]), std::stod(match[3]),
                             hex_colour(match, 4)});
    }
    if (std::regex_search(line, match, place)) {
      x = std::stod(match[1]);
      y = std::stod(match[2]);
    }
    if (std::regex_search(line, match, text)) chart.texts.push_back({x, y, match[1]});
    if (std::regex_search(line, match, fill)) chart.fills.push_back(hex_colour(match, 1));
  }
  return chart;
}

std::string run_gnuplot(const std::string& script) {
  std::string name = std::filesystem::temp_directory_path() / "splicebench-script.XXXXXX";
  const int fd = ::mkstemp(name.data());
  if (fd < 0) throw std::runtime_error("mkstemp " + name);
  ::close(fd);
  std::ofstream(name) << script;
  FILE* output = ::popen(("gnuplot --default-settings " + name).c_str(), "r");
  if (output == nullptr) throw std::runtime_error("popen gnuplot");
  std::string picture;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), output)) > 0;) {
    picture.append(buffer.data(), got);
  }
  const int status = ::pclose(output);
  ::unlink(name.c_str());
  if (status != 0) throw std::runtime_error("gnuplot failed");
  return picture;
}

}  // namespace splicebench::testing
