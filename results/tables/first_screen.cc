#include "results/tables/first_screen.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "results/model/model.h"
#include "results/tables/map_text.h"
#include "results/tables/screen/since_text.h"
#include "results/text/fold.h"
#include "results/text/line.h"
#include "results/text/paint.h"
#include "results/text/program_name.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kMostWarnings = 3;
constexpr std::size_t kPathWidth = 24;

std::string painted(Answer answer, const Paint& paint) {
  if (answer == Answer::kYes) return paint.good("YES  ");
  return answer == Answer::kNo ? paint.bad("NO   ") : paint.alert("MAYBE");
}

class Screen {
 public:
  Screen(const Result& result, const Verdict& verdict, const Recommendation& recommendation,
         const std::string& file, bool colour, const Result* older)
      : result_(result),
        verdict_(verdict),
        advice_(recommendation),
        file_(file),
        older_(older),
        paint_(colour) {}

  std::string text() const {
    const Lines head = head_lines();
    const Lines map = map_lines(advice_, kScreenWidth, paint_);
    const std::size_t least_map = std::min<std::size_t>(map.size(), 5);
    Lines tail = tail_lines(true);
    Lines advice = advice_lines(true);
    const auto room_for_rest = [&] { return kScreenLines - head.size() - tail.size(); };
    // What is left out first: how to compare, then by how much it is better.
    if (advice.size() + map.size() > room_for_rest()) tail = tail_lines(false);
    if (advice.size() + map.size() > room_for_rest()) advice = advice_lines(false);
    const std::size_t room = room_for_rest();
    cut_lines(advice, room - least_map);
    Lines shown_map = map;
    cut_lines(shown_map, room - advice.size());
    std::string text;
    for (const Lines* part :
         std::initializer_list<const Lines*>{&head, &advice, &shown_map, &tail}) {
      for (const std::string& line : *part) text += line + "\n";
    }
    return text;
  }

 private:
  Lines head_lines() const {
    Lines lines;
    add_titled(lines, "Measured", measured_text(result_), 2, paint_);
    add_titled(lines, "", conditions_text(result_), 3, paint_);
    lines.emplace_back();
    return lines;
  }

  std::size_t path_width() const {
    std::size_t width = 0;
    for (const Advice& one : advice_.advice)
      width = std::max(width, shown_width(name_text(one.path)));
    return std::min(width, kPathWidth) + 2;
  }

  using Ranges = std::string (*)(const std::vector<std::int64_t>&,
                                 const std::vector<std::int64_t>&);

  /// "from 4KiB on: splice; no at 1KiB; maybe at 2KiB": all that is said of the path of `first`.
  std::string answer_text(const Advice& first, Ranges ranges, bool reasons) const {
    std::string text = ranges(first.chunks, advice_.chunks) + reason_text(first);
    for (const Advice& one : advice_.advice) {
      if (one.path == first.path && &one != &first)
        text += fmt::format("; {} {}{}", name_of(one.answer), ranges(one.chunks, advice_.chunks),
                            reasons ? reason_text(one) : "");
    }
    return one_line(text);
  }

  /// In full words where one line has room for them, else in short ones, in two lines at most.
  Lines answer_lines(const Advice& first, std::size_t room) const {
    for (const bool reasons : {true, false}) {
      const std::string whole = answer_text(first, chunk_ranges, reasons);
      if (shown_width(whole) <= room) return {whole};
    }
    return folded(answer_text(first, short_ranges, false), room, 2);
  }

  /// `full`: with the changes.
  Lines advice_lines(bool full) const {
    Lines lines{paint_.bold(fmt::format("Better than {}?", clip(name_text(advice_.baseline), 40)))};
    if (advice_.advice.empty()) lines.emplace_back("Nothing was measured to compare it with.");
    const std::size_t width = path_width();
    const std::size_t room = kScreenWidth - width - 7;
    std::string last;
    const Advice* effects = nullptr;
    for (const Advice& one : advice_.advice) {
      if (one.path == last) continue;
      last = one.path;
      const std::string path = clip(name_text(one.path), width - 2);
      const std::string left = path + std::string(width - shown_width(path), ' ');
      std::string before = paint_.bold(left) + painted(one.answer, paint_) + "  ";
      for (const std::string& line : answer_lines(one, room)) {
        lines.push_back(before + clip(line, room));
        before.assign(kScreenWidth - room, ' ');
      }
      if (!full || one.answer != Answer::kYes) continue;
      std::string changes = effects_text(one, true);
      if (changes.size() > kScreenWidth - 6) changes = effects_text(one, false);
      if (changes.empty()) continue;
      lines.push_back("      " + clip(changes, kScreenWidth - 6));
      effects = &one;
    }
    if (effects != nullptr) {
      const auto note = [&](const std::string& against) {
        return one_line(fmt::format("Changes against {}: ends of 95% intervals.", against));
      };
      const std::string named = note(fmt::format("{}", fmt::join(effects->against, ", ")));
      const std::string number = counted(std::ssize(effects->against), "mode");
      lines.push_back(paint_.dim(
          shown_width(named) <= kScreenWidth
              ? named
              : note(fmt::format("{} of {}", number, clip(engine_of(advice_.baseline), 30)))));
    }
    lines.emplace_back();
    return lines;
  }

  /// `compares`: with how to compare.
  Lines tail_lines(bool compares) const {
    Lines lines;
    if (advice_.trust) {
      add_titled(lines, "Trust", trust_text(*advice_.trust), 2, paint_);
    }
    std::vector<const Warning*> warnings;
    for (const Warning& one : verdict_.warnings) warnings.push_back(&one);
    std::stable_sort(warnings.begin(), warnings.end(), [](const Warning* a, const Warning* b) {
      return (a->code == "errors") > (b->code == "errors");
    });
    const std::size_t room = kScreenWidth - kTitleWidth;
    for (std::size_t i = 0; i < warnings.size() && i < kMostWarnings; ++i) {
      const std::size_t after = i + 1 == kMostWarnings ? warnings.size() - kMostWarnings : 0;
      const std::string more = after > 0 ? fmt::format(" (and {} more)", after) : "";
      const std::string text =
          one_line(fmt::format("{}: {}", warnings[i]->code, warnings[i]->text));
      std::string line = first_clauses(text, room - more.size());
      // Whole sentences or a number of them.
      if (!more.empty() && line.ends_with("…")) {
        line = fmt::format("and {} more, below the tables", after + 1);
      } else {
        line += more;
      }
      add_titled(lines, "Warning", line, 1, paint_);
    }
    const bool sizes = std::any_of(advice_.advice.begin(), advice_.advice.end(),
                                   [](const Advice& one) { return one.doubt == Doubt::kSizes; });
    if (sizes) {
      add_command(lines, "To tell",
                  program_name() + " run --modes generic,generic:buffer=1MiB,splice", paint_);
    }
    add_command(lines, "Tables", fmt::format("{} show {} --details", program_name(), file_),
                paint_);
    if (older_ != nullptr) {
      add_titled(lines, "Changed?", since_text(*older_, result_), 3, paint_);
    } else if (compares) {
      add_command(lines, "Changed?", fmt::format("{} show {} --since OLD", program_name(), file_),
                  paint_);
    }
    add_command(lines, "Page", fmt::format("{} report {}", program_name(), file_), paint_);
    return lines;
  }

  const Result& result_;
  const Verdict& verdict_;
  const Recommendation& advice_;
  const std::string& file_;
  const Result* older_;  ///< null: none
  Paint paint_;
};

}  // namespace

std::string first_screen(const Result& result, const Verdict& verdict,
                         const Recommendation& recommendation, const std::string& file, bool colour,
                         const Result* older) {
  return Screen(result, verdict, recommendation, file, colour, older).text();
}

}  // namespace splicebench
