#include "plots/charts/canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "plots/data/text.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

// Pixels. The text sizes are the smallest that are read without effort at full size.
constexpr double kEdge = 20;  // free on every side
constexpr double kTitleText = 17;
constexpr double kText = 11;
constexpr double kSubtitleLine = 15;
constexpr double kCaptionText = 9.5;
constexpr double kCharacter = 0.56;  // width of a character in text sizes, on average
constexpr double kLegendRow = 20;
constexpr double kSwatch = 30;
constexpr double kCaptionLine = 14;
constexpr double kAxisLeft = 40;  // y tick labels
constexpr double kYLabel = 16;    // the first column's axis label
constexpr double kPanelTop = 26;  // panel title
constexpr double kTicks = 22;     // x tick labels
constexpr double kXLabel = 18;
constexpr double kGap = 14;
constexpr double kLeastPanel = 50;  // height and width below which a panel shows nothing
constexpr double kNarrowPanel = 150;

constexpr int kTitleTag = 9000;  // gnuplot's number for the label that is a panel's title

struct LegendPlace {
  double x = 0;
  int row = 0;
};

/// Where each entry starts, filling rows of `width` pixels.
std::vector<LegendPlace> legend_places(const std::vector<LegendEntry>& legend, double width) {
  std::vector<LegendPlace> places;
  double x = 0;
  int row = 0;
  for (const LegendEntry& entry : legend) {
    const double needed =
        kSwatch + 8 + static_cast<double>(length_of(clip(entry.text, 40))) * kText * 0.6 + 22;
    if (x > 0 && x + needed > width) {
      x = 0;
      ++row;
    }
    places.push_back({x, row});
    x += needed;
  }
  return places;
}

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
  const double length = static_cast<double>(length_of(text));
  const double size = std::clamp(room / (kBoldCharacter * length), least, normal);
  return {clip_middle(text, static_cast<std::size_t>(room / (kBoldCharacter * size) + 1e-6)), size};
}

/// Every step of a range as "'label' value, ...".
std::string tics_of(const Range& range) {
  std::string tics;
  const double first = std::ceil(range.low / range.step - 1e-6) * range.step;
  const int steps = static_cast<int>(std::floor((range.high - first) / range.step + 1e-6));
  for (int i = 0; i <= steps; ++i) {
    const double value = first + i * range.step;
    std::string text = step_label(value, range.step);
    if (text.front() == '-') text.replace(0, 1, "−");
    tics += fmt::format("{}'{}' {}", tics.empty() ? "" : ", ", text, value);
  }
  return tics;
}

/// The name of the hypervisor where the machine tells one; "yes" stands for one it does not name.
std::string virtual_machine(const std::string& hypervisor) {
  if (hypervisor.empty()) return "";
  return hypervisor == "yes" ? "virtual machine" : "virtual machine, " + one_line(hypervisor);
}

}  // namespace

std::vector<std::string> caption_of(const Result& result) {
  const Environment& environment = result.environment;
  const std::string cpus =
      fmt::format("{} CPU{}", environment.cpus, environment.cpus == 1 ? "" : "s");
  std::vector<std::string> words{
      one_line(environment.host),
      environment.cpu_model.empty() ? cpus
                                    : fmt::format("{}, {}", cpus, one_line(environment.cpu_model)),
      virtual_machine(environment.hypervisor),
      one_line(environment.kernel),
      one_line(environment.date),
      "placement " + one_line(environment.placement),
      environment.link.empty() ? "" : "link " + one_line(environment.link),
      fmt::format("{} round{}{}", result.options.rounds, result.options.rounds == 1 ? "" : "s",
                  result.complete ? "" : ", incomplete"),
  };
  if (words.front().empty()) words.front() = "unnamed host";
  return words;
}

int columns_that_fit(const ChartStyle& style, int wanted) {
  const double inner = style.width - 2 * kEdge - kYLabel;
  const int most = static_cast<int>((inner + kGap) / (kNarrowPanel + kAxisLeft + kGap));
  return std::clamp(wanted, 1, std::max(1, most));
}

Canvas::Canvas(const ChartInput& input, const ChartStyle& style, Heading heading,
               const std::vector<LegendEntry>& legend, int rows, int columns)
    : theme_(theme(style.dark)), heading_(std::move(heading)), width_(style.width) {
  const double inner = width_ - 2 * kEdge;
  const std::vector<LegendPlace> places = legend_places(legend, inner);
  const int legend_rows = places.empty() ? 0 : places.back().row + 1;
  const std::vector<std::string> caption = caption_lines(input, inner);
  subtitle_ = wrap_words(heading_.subtitle,
                         static_cast<std::size_t>(std::max(20.0, inner / (kText * 0.58))));
  legend_top_ = kEdge + kTitleText + 8 + static_cast<double>(subtitle_.size()) * kSubtitleLine + 4;
  top_ = legend_top_ + legend_rows * kLegendRow + 8;
  bottom_ = kEdge / 2 + static_cast<double>(caption.size()) * kCaptionLine + 8 + kXLabel;
  constexpr double kRowHeight = 230;
  height_ = style.height ? *style.height : top_ + bottom_ + rows * kRowHeight;
  panel_width_ =
      (inner - kYLabel - columns * kAxisLeft - (columns - 1) * kGap) / static_cast<double>(columns);
  panel_height_ = (height_ - top_ - bottom_) / rows - kPanelTop - kTicks;
  if (panel_height_ < kLeastPanel) {
    const double least = std::ceil(top_ + bottom_ + rows * (kLeastPanel + kPanelTop + kTicks));
    throw UsageError(fmt::format("--height {:.0f} is too small for '{}'; give at least {:.0f}",
                                 height_, heading_.title, least));
  }
  write_heading();
  write_legend(legend);
  write_caption(caption);
}

std::string Canvas::place(double x, double y) const {
  return fmt::format("screen {:.5f}, screen {:.5f}", x / width_, 1 - y / height_);
}

void Canvas::write_heading() {
  const double room = width_ - 2 * kEdge;
  const Fitted title = fitted(heading_.title, room, kTitleText, kText);
  page_ += fmt::format("set label {} at {} left font 'sans-serif:Bold,{}' tc rgb '{}' front\n",
                       gnuplot_quote(title.text), place(kEdge, kEdge + kTitleText / 2), title.size,
                       theme_.ink);
  double y = kEdge + kTitleText + 8 + kText / 2;
  for (const std::string& line : subtitle_) {
    page_ += fmt::format("set label {} at {} left font 'sans-serif,{}' tc rgb '{}' front\n",
                         gnuplot_quote(line), place(kEdge, y), kText, theme_.muted);
    y += kSubtitleLine;
  }
}

void Canvas::write_legend(const std::vector<LegendEntry>& legend) {
  const std::vector<LegendPlace> places = legend_places(legend, width_ - 2 * kEdge);
  for (std::size_t i = 0; i < legend.size(); ++i) {
    const LegendEntry& entry = legend[i];
    const double x = kEdge + places[i].x;
    const double y = legend_top_ + places[i].row * kLegendRow + kLegendRow / 2;
    if (entry.dash.empty()) {
      page_ +=
          fmt::format("set object rectangle from {} to {} fs solid noborder fc rgb '{}' front\n",
                      place(x + 8, y - 5), place(x + kSwatch, y + 5), entry.colour);
    } else if (entry.dash != "none") {
      page_ += fmt::format("set arrow from {} to {} nohead lc rgb '{}' lw 2 dt {} front\n",
                           place(x, y), place(x + kSwatch, y), entry.colour, entry.dash);
    }
    if (entry.marker > 0) {
      page_ +=
          fmt::format("set label '' at {} point pt {} ps {} lc rgb '{}' front\n",
                      place(x + kSwatch / 2, y), entry.marker, entry.marker_size, entry.colour);
    }
    page_ += fmt::format("set label {} at {} left font 'sans-serif,{}' tc rgb '{}' front\n",
                         gnuplot_quote(clip(one_line(entry.text), 40)), place(x + kSwatch + 8, y),
                         kText, theme_.ink);
  }
}

void Canvas::write_caption(const std::vector<std::string>& lines) {
  double y =
      height_ - kEdge / 2 - static_cast<double>(lines.size()) * kCaptionLine + kCaptionLine / 2;
  for (const std::string& line : lines) {
    page_ += fmt::format("set label {} at {} left font 'sans-serif,{}' tc rgb '{}' front\n",
                         gnuplot_quote(line), place(kEdge, y), kCaptionText, theme_.muted);
    y += kCaptionLine;
  }
}

void Canvas::panel(int row, int column, const std::string& title) {
  row_ = row;
  column_ = column;
  const double left = kEdge + kYLabel + kAxisLeft + column * (panel_width_ + kAxisLeft + kGap);
  const double top = top_ + row * (panel_height_ + kPanelTop + kTicks) + kPanelTop;
  panel_left_ = left;
  panel_top_ = top;
  add("reset");
  add("set lmargin at screen " + fmt::format("{:.5f}", left / width_));
  add("set rmargin at screen " + fmt::format("{:.5f}", (left + panel_width_) / width_));
  add("set tmargin at screen " + fmt::format("{:.5f}", 1 - top / height_));
  add("set bmargin at screen " + fmt::format("{:.5f}", 1 - (top + panel_height_) / height_));
  add(fmt::format("set border 1 lc rgb '{}' lw 1", theme_.zero));
  add(fmt::format("set tics scale 0 font 'sans-serif,{}' textcolor rgb '{}'", kText - 1,
                  theme_.muted));
  add(fmt::format("set grid ytics lt 1 lc rgb '{}' lw 1", theme_.grid));
  add("unset key");
  if (first_) script_ += page_;
  first_ = false;
  const Fitted text = fitted(one_line(title), panel_width_, kText, kCaptionText - 2);
  add(fmt::format("set label {} {} at {} left font 'sans-serif:Bold,{}' tc rgb '{}' front",
                  kTitleTag, gnuplot_quote(text.text), place(left, top - 12), text.size,
                  theme_.ink));
}

void Canvas::chunk_axis(const std::vector<std::int64_t>& chunks) {
  std::string tics;
  for (const std::int64_t chunk : labelled_chunks(chunks, panel_width_, 5.2 * kText)) {
    tics += fmt::format("{}'{}' {}", tics.empty() ? "" : ", ", size_label(chunk), chunk);
  }
  add("set logscale x 2");
  add(fmt::format("set xtics ({})", tics));
  add(fmt::format("set xrange [{}:{}]", static_cast<double>(chunks.front()) / 1.3,
                  static_cast<double>(chunks.back()) * 1.3));
  label_x("chunk size");
}

void Canvas::category_axis(const std::vector<std::int64_t>& chunks) {
  const double count = static_cast<double>(chunks.size());
  const double apart = std::ceil(5.2 * kText / (panel_width_ / count));
  std::string tics;
  for (std::size_t i = 0; i < chunks.size(); i += static_cast<std::size_t>(apart)) {
    tics += fmt::format("{}'{}' {}", tics.empty() ? "" : ", ", size_label(chunks[i]), i);
  }
  add(fmt::format("set xtics ({})", tics));
  add(fmt::format("set xrange [-0.6:{}]", count - 0.4));
  label_x("chunk size");
}

void Canvas::time_axis(double high, const std::string& unit) {
  const Range range = round_range(0, high);
  add(fmt::format("set xtics ({})", tics_of(range)));
  add(fmt::format("set xrange [{}:{}]", -0.02 * high, 1.02 * high));
  label_x(fmt::format("time since the start of the run ({})", unit));
}

void Canvas::percentile_axis(double most) {
  std::string tics = "'0' 1";
  std::string nines;
  const int most_digits = static_cast<int>(std::floor(std::log10(most) + 1e-9));
  for (int digits = 1; digits <= most_digits; ++digits) {
    nines += nines.size() == 2 ? ".9" : "9";
    tics += fmt::format(", '{}' {}", digits == 1 ? "90" : nines, std::pow(10, digits));
  }
  add("set logscale x 10");
  add(fmt::format("set xtics ({})", tics));
  add(fmt::format("set xrange [1:{}]", most * 1.2));
  label_x("percentile");
}

void Canvas::log_axis(double low, double high, double base, const std::string& label,
                      const std::function<std::string(double)>& text) {
  add(fmt::format("set logscale y {}", base));
  const int first = static_cast<int>(std::floor(std::log(low) / std::log(base)));
  const int last = static_cast<int>(std::ceil(std::log(high) / std::log(base)));
  const int apart = std::max(1, (last - first + 5) / 6);
  std::string tics;
  for (int power = first; power <= last; power += apart) {
    const double value = std::pow(base, power);
    tics += fmt::format("{}'{}' {}", tics.empty() ? "" : ", ", text(value), value);
  }
  add(fmt::format("set ytics ({})", tics));
  add(fmt::format("set yrange [{}:{}]", std::pow(base, first), high * 1.2));
  label_y(label);
}

void Canvas::label_x(const std::string& label) {
  x_labels_.push_back(
      {row_, column_, script_.size(),
       fmt::format("set xlabel {} offset 0,0.4 font 'sans-serif,{}' textcolor rgb '{}'\n",
                   gnuplot_quote(label), kText - 1, theme_.muted)});
}

void Canvas::label_y(const std::string& label) {
  y_labels_.push_back({row_, column_, script_.size(),
                       fmt::format("set ylabel {} font 'sans-serif,{}' textcolor rgb '{}'\n",
                                   gnuplot_quote(label), kText - 1, theme_.muted)});
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

void Canvas::value_axis(const Range& range, const std::string& label) {
  add(fmt::format("set ytics ({})", tics_of(range)));
  add(fmt::format("set yrange [{}:{}]", range.low, range.high));
  label_y(label);
}

void Canvas::empty_panel(const std::string& text) {
  const auto here = [&](const AxisLabel& label) {
    return label.row == row_ && label.column == column_;
  };
  std::erase_if(x_labels_, here);
  std::erase_if(y_labels_, here);
  add("unset grid");
  add("unset tics");
  add("unset logscale");
  add("set xrange [0:1]");
  add("set yrange [0:1]");
  // The panel above may have the axis label of this column below it.
  if (row_ > 0) {
    add(fmt::format("set label {} at {}", kTitleTag, place(panel_left_, panel_top_ + 4)));
  }
  const std::vector<std::string> lines =
      wrap_words(text, static_cast<std::size_t>(panel_width_ / (kText * 0.58)));
  double y =
      panel_top_ + panel_height_ / 2 - (static_cast<double>(lines.size()) - 1) / 2 * kSubtitleLine;
  for (const std::string& line : lines) {
    add(fmt::format("set label {} at {} center font 'sans-serif,{}' tc rgb '{}'",
                    gnuplot_quote(line), place(panel_left_ + panel_width_ / 2, y), kText,
                    theme_.muted));
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
  const std::string script = "set encoding utf8\nset multiplot\n" + script_ + "unset multiplot\n";
  return {heading_.title, script, static_cast<int>(width_), static_cast<int>(height_), ""};
}

}  // namespace splicebench
