#include "results/tables/run_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "results/tables/screen/flows_table.h"
#include "results/tables/screen/hosts_table.h"
#include "results/tables/table_text.h"
#include "results/text/fold.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/text/text_grid.h"
#include "results/verdict/causes.h"

namespace splicebench {

namespace {

/// "2.31 ±3%": median and the farther end of its interval; or its two states.
std::string with_interval(const std::optional<CaseSummary>& summary, double scale) {
  if (!summary) return "-";
  if (summary->states) return states_text(*summary->states, scale);
  const double off =
      std::max(summary->high / summary->centre - 1, 1 - summary->low / summary->centre);
  const std::string around = std::isfinite(off) ? fmt::format("{:.0f}%", off * 100) : "∞";
  return fmt::format("{} ±{}", three_digits(summary->centre * scale), around);
}

std::string bare(const std::optional<CaseSummary>& summary) {
  if (!summary) return "-";
  return summary->states ? states_text(*summary->states, 1) : three_digits(summary->centre);
}

std::string bottleneck(const std::optional<Bottleneck>& one) {
  if (!one) return "-";
  return fmt::format("{} {:.0f}%", one->processes, one->share * 100);
}

const CaseFigures* figures(const VerdictRow& row, const std::string& mode) {
  for (const CaseFigures& one : row.modes) {
    if (one.id.mode == mode) return &one;
  }
  return nullptr;
}

/// Side by side more modes make lines that no terminal shows; then each has a line.
constexpr std::size_t kMostBeside = 2;

class PathTable {
 public:
  PathTable(const Result& result, const Verdict& verdict, const Paint& paint, std::size_t width)
      : modes_(result.options.modes), verdict_(verdict), paint_(paint), width_(width) {}

  std::string text(const std::string& path) const {
    if (modes_.size() <= kMostBeside) {
      const std::string beside = modes_beside(path);
      if (fits(beside)) return beside;
    }
    // What does not fit goes from the right: who waited first, then CPU.
    std::string below;
    for (std::size_t columns = 9; columns >= 4; --columns) {
      below = modes_below(path, columns);
      if (fits(below)) break;
    }
    return below;
  }

 private:
  using Rows = std::vector<std::vector<std::string>>;

  bool fits(const std::string& table) const {
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      if (width_ > 0 && shown_width(line) > width_) return false;
    }
    return true;
  }

  std::string modes_below(const std::string& path, std::size_t columns) const {
    std::vector<std::string> titles{"chunk",      "mode",       "GB/s",     "paired difference",
                                    "relay s/GB", "peers s/GB", "sum s/GB", "system s/GB",
                                    "bottleneck"};
    for (std::string& title : titles) title = paint_.bold(title);
    Rows table{titles};
    for (const VerdictRow& row : verdict_.rows) {
      if (row.id.heading() == path) add_lines(row, table);
    }
    std::vector<Align> aligned(titles.size(), Align::kRight);
    aligned[1] = aligned[3] = aligned.back() = Align::kLeft;
    aligned.resize(columns);
    for (std::vector<std::string>& line : table) line.resize(columns);
    return aligned_text(table, aligned);
  }

  void add_lines(const VerdictRow& row, Rows& table) const {
    std::string chunk = format_size(row.id.chunk);
    for (const std::string& mode : modes_) {
      const CaseFigures* const one = figures(row, mode);
      if (one == nullptr) continue;
      const bool baseline = mode == verdict_.baseline;
      table.push_back({std::exchange(chunk, ""), name_text(mode),
                       with_interval(one->throughput, 1e-9) + floor_text(row, *one),
                       baseline ? "" : difference_in(row, mode), bare(one->relay_cpu),
                       bare(one->peers_cpu), bare(one->processes_cpu), bare(one->system_cpu),
                       bottleneck(one->bottleneck)});
    }
  }

  std::string modes_beside(const std::string& path) const {
    std::vector<Align> columns{Align::kRight};
    columns.insert(columns.end(), modes_.size(), Align::kRight);
    columns.insert(columns.end(), others().size(), Align::kLeft);
    columns.insert(columns.end(), modes_.size() * 4, Align::kRight);
    columns.insert(columns.end(), modes_.size(), Align::kLeft);
    Rows table{titles(), names()};
    for (const VerdictRow& row : verdict_.rows) {
      if (row.id.heading() == path) table.push_back(cells(row));
    }
    return aligned_text(table, columns);
  }

  std::vector<std::string> others() const {
    std::vector<std::string> names;
    for (const std::string& mode : modes_) {
      if (mode != verdict_.baseline) names.push_back(mode);
    }
    return names;
  }

  /// The first line of the head: a title over the first column of each part.
  std::vector<std::string> titles() const {
    std::vector<std::string> line{""};
    const auto part = [&](const std::string& title, std::size_t width) {
      for (std::size_t i = 0; i < width; ++i) line.push_back(i == 0 ? paint_.bold(title) : "");
    };
    part("GB/s", modes_.size());
    part("paired difference", others().size());
    part("relay s/GB", modes_.size());
    part("peers s/GB", modes_.size());
    part("sum s/GB", modes_.size());
    part("system s/GB", modes_.size());
    part("bottleneck", modes_.size());
    return line;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> line{paint_.bold("chunk")};
    for (const std::string& mode : modes_) line.push_back(name_text(mode));
    for (const std::string& mode : others()) line.push_back(name_text(mode));
    for (int part = 0; part < 5; ++part) {
      for (const std::string& mode : modes_) line.push_back(name_text(mode));
    }
    return line;
  }

  std::vector<std::string> cells(const VerdictRow& row) const {
    static const CaseFigures kNone;
    std::vector<const CaseFigures*> all;
    for (const std::string& mode : modes_) {
      const CaseFigures* const one = figures(row, mode);
      all.push_back(one == nullptr ? &kNone : one);
    }
    std::vector<std::string> line{format_size(row.id.chunk)};
    for (const CaseFigures* one : all)
      line.push_back(with_interval(one->throughput, 1e-9) + floor_text(row, *one));
    for (const std::string& mode : others()) line.push_back(difference_in(row, mode));
    for (const CaseFigures* one : all) line.push_back(bare(one->relay_cpu));
    for (const CaseFigures* one : all) line.push_back(bare(one->peers_cpu));
    for (const CaseFigures* one : all) line.push_back(bare(one->processes_cpu));
    for (const CaseFigures* one : all) line.push_back(bare(one->system_cpu));
    for (const CaseFigures* one : all) line.push_back(bottleneck(one->bottleneck));
    return line;
  }

  std::string difference_in(const VerdictRow& row, const std::string& mode) const {
    for (const PairedComparison& one : row.throughput) {
      if (one.id.mode == mode)
        return difference_text(one, verdict_.rounds_needed, Better::kHigher, paint_);
    }
    return "-";
  }

  std::vector<std::string> modes_;
  const Verdict& verdict_;
  const Paint& paint_;
  std::size_t width_;
};

std::string legend(const Verdict& verdict) {
  return fmt::format(
      "GB/s: higher is better; s/GB (CPU seconds per GB): lower. GB is 10^9 bytes, delivered and "
      "counted at both ends. ± 95% interval of the median; a | b: two states, few samples "
      "between. "
      "Paired "
      "difference: ratio of throughput\nto {} within the same round, with its 95% interval; ~ "
      "where "
      "it is not significant at {}{}.\nPeers: writer and reader. Sum: relay and peers. System: all "
      "that the placement's CPUs did. Bottleneck: the processes on the "
      "busiest CPU and its share; "
      "waiting: no CPU was half busy. Why: in brackets what is so of the faster one.\n",
      verdict.baseline, verdict.alpha,
      verdict.comparisons <= 1
          ? ""
          : fmt::format(" over all {} comparisons of the run (Holm)", verdict.comparisons));
}

/// The lines of `text`, those that are longer than `width` broken at blanks; 0: as they are.
std::string in_width(const std::string& text, std::size_t width) {
  if (width == 0) return text;
  std::string broken;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    for (const std::string& part : folded(line, width, std::string::npos)) broken += part + "\n";
  }
  return broken;
}

/// A line for each surprising row of `path`.
std::string causes_text(const std::vector<Cause>& causes, const std::string& path) {
  std::string text;
  for (const Cause& cause : causes) {
    if (cause.id.heading() != path) continue;
    const bool same_chunk = cause.against.chunk == cause.id.chunk;
    text += fmt::format(
        "why {} {} is slower than {}: {}\n", format_size(cause.id.chunk), name_text(cause.id.mode),
        same_chunk ? name_text(cause.against.mode) : "at " + format_size(cause.against.chunk),
        cause.text);
  }
  return text;
}

}  // namespace

std::string run_text(const Result& result, const Verdict& verdict, bool colour, std::size_t width) {
  const Paint paint(colour);
  const PathTable table(result, verdict, paint, width);
  std::string text;
  const std::vector<Cause> causes = causes_of(result);
  for (const PathVerdict& path : verdict.paths) {
    text +=
        fmt::format("{}\n{}{}{}{}\n", paint.bold(name_text(path.path)), table.text(path.path),
                    flows_text(result, path.path, paint), host_use_text(result, path.path, paint),
                    in_width(causes_text(causes, path.path), width));
  }
  text += paint.dim(in_width(legend(verdict), width)) + "\n";
  text += in_width(host_facts_text(result, paint), width);
  for (const PathVerdict& path : verdict.paths) {
    for (const std::string& sentence : path.sentences) {
      text += in_width(
          fmt::format("{}: {}\n", paint.bold(name_text(path.path)), sentence_line(sentence)),
          width);
    }
  }
  return text + in_width(warnings_text(verdict.warnings, paint), width);
}

}  // namespace splicebench
