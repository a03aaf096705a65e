#include "plots/testing/svg.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace splicebench::testing {

namespace {

std::string hex_colour(int red, int green, int blue) {
  return fmt::format("#{:02x}{:02x}{:02x}", red, green, blue);
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
  static const RE2 mark(
      R"(<use xlink:href='#gpPt(\d+)' transform='translate\(([\d.]+),([\d.]+)\)[^>]*?color='rgb\( *(\d+), *(\d+), *(\d+)\)')");
  static const RE2 place(R"(transform="translate\(([-\d.]+),([-\d.]+)\))");
  static const RE2 text(R"(<text>(.*)</text>)");
  static const RE2 fill(R"(fill ?= ?'rgb\( *(\d+), *(\d+), *(\d+)\)')");
  SvgChart chart;
  double x = 0;
  double y = 0;
  std::istringstream lines(svg);
  for (std::string line; std::getline(lines, line);) {
    SvgMark one;
    int red = 0;
    int green = 0;
    int blue = 0;
    std::string words;
    if (RE2::PartialMatch(line, mark, &one.type, &one.x, &one.y, &red, &green, &blue)) {
      ++one.type;  // gnuplot counts its SVG marks from 0, its point types from 1
      one.colour = hex_colour(red, green, blue);
      chart.marks.push_back(one);
    }
    RE2::PartialMatch(line, place, &x, &y);
    if (RE2::PartialMatch(line, text, &words)) chart.texts.push_back({x, y, words});
    if (RE2::PartialMatch(line, fill, &red, &green, &blue))
      chart.fills.push_back(hex_colour(red, green, blue));
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
