#include "plots/gnuplot/canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "plots/data/axis.h"
#include "plots/data/caption.h"
#include "plots/data/text.h"
#include "plots/gnuplot/gnuplot.h"
#include "plots/gnuplot/legend.h"
#include "results/files/error.h"
#include "results/text/line.h"
#include "results/text/unicode.h"

namespace splicebench {

namespace {

// Pixels.
constexpr double kTitleText = 17;
constexpr double kSubtitleLine = 15;
constexpr double kCaptionText = 9.5;
constexpr double kCharacter = 0.56;  // width of a character in text sizes, on average
constexpr double kCaptionLine = 14;
constexpr double kYLabel = 16;    // the first column's axis label
constexpr double kPanelTop = 26;  // panel title
constexpr double kTicks = 22;     // x tick labels
constexpr double kXLabel = 18;
constexpr double kGap = 14;
constexpr double kChunkLabel = 5.2 * kText;
constexpr double kLeastPanel = 50;  // height and width below which a panel shows nothing
constexpr double kNarrowPanel = 150;

constexpr const char* kBold = "sans-serif:Bold";
constexpr int kTitleTag = 9000;  // gnuplot's number for the label that is a panel's title

std::vector<std::string> caption_lines(const ChartInput& input, double width) {
  const std::size_t characters =
      std::max<std::size_t>(20, static_cast<std::size_t>(width / (kCaptionText * kCharacter)));
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < input.results.size(); ++i) {
    std::vector<std::string> words = caption_of(input.results[i]);
    if (input.results.size() > 1) words.front() = one_line(input.labels[i]) + ": " + words.front();
    for (std::string& line : fill_lines(words, " · ", characters)) lines.push_back(std::move(line));
  }
  return lines;
}

/// A size at which `text` fits into `room` pixels: `normal`, or down to `least`, at which it is
/// clipped in its middle.
struct Fitted {
  std::string text;
  double size = 0;
};

Fitted fitted(const std::string& text, double room, double normal, double least) {
  constexpr double kBoldCharacter = 0.6;  // width in text sizes
  const double length = static_cast<double>(rune_count(text));
  const double size = std::clamp(room / (kBoldCharacter * length), least, normal);
  return {clip_middle(text, static_cast<std::size_t>(room / (kBoldCharacter * size) + 1e-6)), size};
}

/// Said once where it holds for all parts, else of each axis (see y_axis).
std::string better_text(const Chart& chart) {
  std::string better;
  for (const ChartPart& part : chart.parts) {
    const std::string& one = part.panels.front().y.better;
    if (!better.empty() && one != better) return "";
    better = one;
  }
  return better.empty() ? "" : better + "; ";
}

/// "'label' value, ...".
std::string tics_of(const std::vector<AxisMark>& marks) {
  std::string tics;
  for (const AxisMark& mark : marks) {
    tics += fmt::format("{}{} {}", tics.empty() ? "" : ", ", gnuplot_quote(mark.label), mark.value);
  }
  return tics;
}

}  // namespace

int columns_that_fit(const ChartStyle& style, int wanted, double beside) {
  const double inner = style.width - 2 * kEdge - kYLabel;
  const int most = static_cast<int>((inner + kGap) / (kNarrowPanel + beside + kGap));
  return std::clamp(wanted, 1, std::max(1, most));
}

Canvas::Canvas(const Chart& chart, const ChartInput& input, const ChartStyle& style,
               const Grid& grid)
    : title_(chart.title),
      paper_{theme(style.dark), static_cast<double>(style.width)},
      grid_(grid),
      parts_differ_(chart.parts.size() > 1 && better_text(chart).empty()) {
  const double inner = paper_.width - 2 * kEdge;
  const std::vector<LegendEntry> legend = legend_of(chart, style.dark);
  const std::vector<std::string> caption = caption_lines(input, inner);
  const std::vector<std::string> notes =
      wrap_words(better_text(chart) + chart.note,
                 static_cast<std::size_t>(std::max(20.0, inner / (kText * 0.58))));
  const double legend_top =
      kEdge + kTitleText + 8 + static_cast<double>(notes.size()) * kSubtitleLine + 4;
  top_ = legend_top + legend_rows(legend, inner) * kLegendRow + 8;
  const double bottom =
      kEdge / 2 + static_cast<double>(caption.size()) * kCaptionLine + 8 + kXLabel;
  paper_.height = style.height ? *style.height : top_ + bottom + grid.rows * grid.height;
  const double columns = grid.columns;
  panel_width_ =
      (inner - kYLabel - columns * (grid.left + grid.right) - (columns - 1) * kGap) / columns;
  panel_height_ = (paper_.height - top_ - bottom) / grid.rows - kPanelTop - kTicks;
  if (panel_height_ < kLeastPanel) {
    const double least = std::ceil(top_ + bottom + grid.rows * (kLeastPanel + kPanelTop + kTicks));
    throw UsageError(fmt::format("--height {:.0f} is too small for '{}'; give at least {:.0f}",
                                 paper_.height, title_, least));
  }
  const Fitted title = fitted(title_, inner, kTitleText, kText);
  page_ =
      paper_.label(title.text, kEdge, kEdge + kTitleText / 2, title.size, paper_.theme.ink, kBold);
  write_lines(notes, kEdge + kTitleText + 8 + kText / 2, kText, kSubtitleLine);
  page_ += legend_script(legend, paper_, legend_top);
  write_lines(caption,
              paper_.height - kEdge / 2 - static_cast<double>(caption.size()) * kCaptionLine +
                  kCaptionLine / 2,
              kCaptionText, kCaptionLine);
}

void Canvas::write_lines(const std::vector<std::string>& lines, double y, double size,
                         double apart) {
  for (const std::string& line : lines) {
    page_ += paper_.label(line, kEdge, y, size, paper_.theme.muted);
    y += apart;
  }
}

void Canvas::panel(int row, int column, const std::string& title) {
  row_ = row;
  column_ = column;
  const double left =
      kEdge + kYLabel + grid_.left + column * (panel_width_ + grid_.left + grid_.right + kGap);
  const double top = top_ + row * (panel_height_ + kPanelTop + kTicks) + kPanelTop;
  panel_left_ = left;
  panel_top_ = top;
  add("reset");
  add("set lmargin at screen " + fmt::format("{:.5f}", left / paper_.width));
  add("set rmargin at screen " + fmt::format("{:.5f}", (left + panel_width_) / paper_.width));
  add("set tmargin at screen " + fmt::format("{:.5f}", 1 - top / paper_.height));
  add("set bmargin at screen " + fmt::format("{:.5f}", 1 - (top + panel_height_) / paper_.height));
  add(fmt::format("set border 1 lc rgb '{}' lw 1", paper_.theme.zero));
  add(fmt::format("set tics scale 0 font 'sans-serif,{}' textcolor rgb '{}'", kText - 1,
                  paper_.theme.muted));
  add(fmt::format("set grid ytics lt 1 lc rgb '{}' lw 1", paper_.theme.grid));
  add("unset key");
  if (first_) script_ += page_;
  first_ = false;
  const Fitted text = fitted(one_line(title), panel_width_, kText, kCaptionText - 2);
  add(fmt::format("set label {} {} at {} left font 'sans-serif:Bold,{}' tc rgb '{}' front",
                  kTitleTag, gnuplot_quote(text.text), paper_.place(left, top - 12), text.size,
                  paper_.theme.ink));
}

void Canvas::x_axis(const ChartAxis& axis, bool marked) {
  std::vector<AxisMark> marks = axis.marks;
  if (axis.base == 2) {
    std::vector<std::int64_t> chunks;
    for (const AxisMark& mark : marks) chunks.push_back(static_cast<std::int64_t>(mark.value));
    const std::vector<std::int64_t> labelled = labelled_chunks(chunks, panel_width_, kChunkLabel);
    std::erase_if(marks, [&](const AxisMark& mark) {
      return !std::binary_search(labelled.begin(), labelled.end(),
                                 static_cast<std::int64_t>(mark.value));
    });
  }
  if (axis.base > 0) add(fmt::format("set logscale x {}", axis.base));
  add(marked ? fmt::format("set xtics ({})", tics_of(marks)) : "unset xtics");
  add(fmt::format("set xrange [{}:{}]", axis.low, axis.high));
  label_x(axis.label);
}

void Canvas::ranked_axes(const ChartAxis& values, const std::vector<std::string>& names) {
  if (values.base > 0) add(fmt::format("set logscale x {}", values.base));
  std::vector<AxisMark> marks = values.marks;
  const double apart = std::ceil(static_cast<double>(marks.size()) * 0.6 * kChunkLabel /
                                 std::max(panel_width_, 1.0));
  for (std::size_t i = marks.size(); i-- > 0;) {
    if (i % static_cast<std::size_t>(apart) != 0)
      marks.erase(marks.begin() + static_cast<std::ptrdiff_t>(i));
  }
  add(fmt::format("set xtics ({})", tics_of(marks)));
  add(fmt::format("set xrange [{}:{}]", values.low, values.high));
  label_x(values.label);
  std::vector<AxisMark> rows;
  const std::size_t most = std::max<std::size_t>(
      4, static_cast<std::size_t>((grid_.left - kNameGap) / kNameCharacter + 1e-6));
  for (const std::string& name : names)
    rows.push_back({-static_cast<double>(rows.size()), clip_middle(one_line(name), most)});
  add(fmt::format("set ytics ({})", tics_of(rows)));
  add(fmt::format("set yrange [{}:0.6]", 0.4 - static_cast<double>(names.size())));
  add("unset grid");
  add(fmt::format("set grid xtics lt 1 lc rgb '{}' lw 1", paper_.theme.grid));
}

void Canvas::category_axis(const ChartAxis& axis) {
  const double count = static_cast<double>(axis.marks.size());
  const double apart = std::ceil(kChunkLabel / (panel_width_ / count));
  std::vector<AxisMark> marks;
  for (std::size_t i = 0; i < axis.marks.size(); i += static_cast<std::size_t>(apart)) {
    marks.push_back({static_cast<double>(i), axis.marks[i].label});
  }
  add(fmt::format("set xtics ({})", tics_of(marks)));
  add(fmt::format("set xrange [-0.6:{}]", count - 0.4));
  label_x(axis.label);
}

void Canvas::y_axis(const ChartAxis& axis) {
  if (axis.base > 0) add(fmt::format("set logscale y {}", axis.base));
  add(fmt::format("set ytics ({})", tics_of(axis.marks)));
  add(fmt::format("set yrange [{}:{}]", axis.low, axis.high));
  y_labels_.push_back({row_, column_, script_.size(),
                       fmt::format("set ylabel {} font 'sans-serif,{}' textcolor rgb '{}'\n",
                                   gnuplot_quote(y_label(axis)), kText - 1, paper_.theme.muted)});
}

std::string Canvas::y_label(const ChartAxis& axis) const {
  return parts_differ_ ? fmt::format("{} ({})", axis.label, axis.better) : axis.label;
}

void Canvas::label_x(const std::string& label) {
  x_labels_.push_back(
      {row_, column_, script_.size(),
       fmt::format("set xlabel {} offset 0,0.4 font 'sans-serif,{}' textcolor rgb '{}'\n",
                   gnuplot_quote(label), kText - 1, paper_.theme.muted)});
}

void Canvas::insert_labels() {
  std::vector<AxisLabel> chosen;
  for (const AxisLabel& label : x_labels_) {
    const bool last = std::none_of(x_labels_.begin(), x_labels_.end(), [&](const AxisLabel& other) {
      return other.column == label.column && other.row > label.row;
    });
    if (last) chosen.push_back(label);
  }
  for (const AxisLabel& label : y_labels_) {
    const bool first =
        std::none_of(y_labels_.begin(), y_labels_.end(), [&](const AxisLabel& other) {
          return other.row == label.row && other.column < label.column;
        });
    if (first) chosen.push_back(label);
  }
  // From the end, so that the places before stay what they are.
  std::sort(chosen.begin(), chosen.end(),
            [](const AxisLabel& a, const AxisLabel& b) { return a.at > b.at; });
  for (const AxisLabel& label : chosen) script_.insert(label.at, label.command);
}

void Canvas::empty_panel(const std::string& text) {
  add("unset grid");
  add("unset tics");
  add("unset logscale");
  add("set xrange [0:1]");
  add("set yrange [0:1]");
  // The panel above may have the axis label of this column below it.
  if (row_ > 0) {
    add(fmt::format("set label {} at {}", kTitleTag, paper_.place(panel_left_, panel_top_ + 4)));
  }
  const std::vector<std::string> lines =
      wrap_words(text, static_cast<std::size_t>(panel_width_ / (kText * 0.58)));
  double y =
      panel_top_ + panel_height_ / 2 - (static_cast<double>(lines.size()) - 1) / 2 * kSubtitleLine;
  for (const std::string& line : lines) {
    add(fmt::format("set label {} at {} center font 'sans-serif,{}' tc rgb '{}'",
                    gnuplot_quote(line), paper_.place(panel_left_ + panel_width_ / 2, y), kText,
                    paper_.theme.muted));
    y += kSubtitleLine;
  }
  add("plot NaN notitle");
}

void Canvas::add(const std::string& command) {
  script_ += command;
  script_ += '\n';
}

Drawing Canvas::finish() {
  insert_labels();
  // noenhanced comes with the terminal; the encoding is for widths of text.
  const std::string script = kScriptMark + script_ + "unset multiplot\n";
  return {title_, script, static_cast<int>(paper_.width), static_cast<int>(paper_.height)};
}

}  // namespace splicebench
