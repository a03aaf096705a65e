#include "plots/gnuplot/gnuplot.h"

#include <fmt/format.h>

#include <stdexcept>

#include "plots/data/text.h"
#include "plots/data/theme.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// gnuplot names every SVG "Gnuplot" and takes neither a list of fonts nor
/// their weight.
std::string finished_svg(std::string svg, const std::string& title) {
  const std::string begin = "<title>";
  const std::string end = "</title>";
  const std::size_t from = svg.find(begin);
  const std::size_t to = svg.find(end);
  if (from != std::string::npos && to != std::string::npos) {
    svg.replace(from, to - from, begin + html_escape(title));
  }
  const std::string fonts = "font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\"";
  replace_all(svg, "font-family=\"sans-serif\"", fonts);
  replace_all(svg, "font-family=\"sans-serif:Bold\"", fonts + " font-weight=\"600\"");
  return svg;
}

}  // namespace

std::string extension_of(PictureFormat format) {
  return format == PictureFormat::svg ? "svg" : "png";
}

std::string mark_of(PictureFormat format) {
  return format == PictureFormat::svg ? "Produced by GNUPLOT" : "\x89PNG";
}

std::string whole_script(const Drawing& drawing, PictureFormat format, bool dark,
                         const std::string& output) {
  const std::string size = fmt::format("size {},{}", drawing.width, drawing.height);
  const std::string& background = theme(dark).background;
  // cairo counts text in points of 1/72 inch at 96 pixels per inch; SVG counts in pixels.
  const std::string terminal =
      format == PictureFormat::svg
          ? fmt::format("svg {} font 'sans-serif,11' noenhanced background '{}'", size, background)
          : fmt::format(
                "pngcairo {} font 'sans-serif,11' fontscale 0.75 pointscale 1.7 dashlength 1.9 "
                "noenhanced background '{}'",
                size, background);
  const std::string target =
      output.empty() ? "" : fmt::format("set output {}\n", gnuplot_quote(output));
  // Where no font has a character, pango draws a box with its number; it takes the size from the
  // scale of the picture, which gnuplot magnifies for its antialiasing, and the box covers the
  // chart.
  return fmt::format(
      "set terminal {}\n{}{}", terminal, target,
      format == PictureFormat::svg ? drawing.script : in_common_characters(drawing.script));
}

std::string render(const Drawing& drawing, PictureFormat format, bool dark,
                   const Gnuplot& gnuplot) {
  std::string picture = gnuplot(whole_script(drawing, format, dark, ""));
  const bool whole = format == PictureFormat::svg ? picture.find("</svg>") != std::string::npos
                                                  : picture.find("IEND") != std::string::npos;
  if (!whole) {
    throw std::runtime_error(
        fmt::format("gnuplot ended without a whole {} of '{}'; run it on the script that "
                    "--keep-scripts writes to see why",
                    extension_of(format), drawing.title));
  }
  return format == PictureFormat::svg ? finished_svg(std::move(picture), drawing.title) : picture;
}

}  // namespace splicebench
