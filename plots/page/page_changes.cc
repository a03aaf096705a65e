// What changed since an older run: the headline, the largest changes, and the tables.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "plots/data/axis.h"
#include "plots/data/text.h"
#include "plots/page/html_table.h"
#include "plots/page/page_changes.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/verdict/history/differences.h"

namespace splicebench {

namespace {

struct ChangedUnit {
  const char* title;
  const char* worse;  ///< of a change for the worse
  const char* good;   ///< and for the better
  bool higher_is_better;
};
constexpr std::array<ChangedUnit, kComparedUnits.size()> kChangedUnits{
    {{"Throughput", "slower", "faster", true},
     {"Relay CPU per GB", "dearer", "cheaper", false},
     {"System CPU per GB", "dearer", "cheaper", false}}};

Changed sorted_by_size(const std::vector<CaseChange>& all, const ChangedUnit& unit) {
  Changed changed;
  changed.together = together_in(all);
  for (const CaseChange& one : all) {
    const bool worse = (one.ratio < 1) == unit.higher_is_better;
    (!one.significant ? changed.rest : worse ? changed.worse : changed.better).push_back(one);
  }
  const auto larger = [](const CaseChange& a, const CaseChange& b) {
    return std::abs(std::log(a.ratio)) > std::abs(std::log(b.ratio));
  };
  std::stable_sort(changed.worse.begin(), changed.worse.end(), larger);
  std::stable_sort(changed.better.begin(), changed.better.end(), larger);
  return changed;
}

/// Of two states there is no single change: the ends of its interval.
std::string amount(const CaseChange& change) {
  if (!change.two_states() || !std::isfinite(change.high)) return percent_text(change.ratio);
  return fmt::format("between {} and {}, two states", percent_text(change.low),
                     percent_text(change.high));
}

std::string case_text(const CaseId& id) {
  return fmt::format("{}, {}, {}", id.heading(), size_label(id.chunk), id.mode);
}

/// "11 slower (worst −23.0 %), 2 faster (best +4.0 %)"; empty: none.
std::string counts_text(const Changed& changed, const ChangedUnit& unit) {
  std::string text;
  if (!changed.worse.empty())
    text = fmt::format("{} {} (worst {})", changed.worse.size(), unit.worse,
                       amount(changed.worse.front()));
  if (!changed.better.empty())
    text += fmt::format("{}{} {} (best {})", text.empty() ? "" : ", ", changed.better.size(),
                        unit.good, amount(changed.better.front()));
  return text;
}

std::string largest_of(const std::vector<CaseChange>& changes, const char* kind) {
  constexpr std::size_t kShown = 3;
  std::string items;
  for (std::size_t i = 0; i < std::min(kShown, changes.size()); ++i) {
    items += fmt::format("<li class=\"{}\"><strong>{}</strong> {}</li>\n", kind,
                         html_escape(amount(changes[i])), html_escape(case_text(changes[i].id)));
  }
  return items;
}

/// "; whole paths −1.2 % to +0.4 %": no claim, but not passed over. Empty: nothing that shows.
std::string whole_paths_text(const Changed& changed) {
  constexpr double kShows = 0.0005;
  if (!changed.together) return {};
  const auto [least, most] = *changed.together;
  if (std::abs(least - 1) < kShows && std::abs(most - 1) < kShows) return {};
  const std::string from = percent_text(least);
  const std::string to = percent_text(most);
  return "; whole paths " + (from == to ? from : from + " to " + to);
}

/// What the cases of each path did together: "tcp-to-tcp −3.1 %".
std::string together_text(const Changed& changed) {
  if (!changed.together) return "too few rows or rounds to tell";
  std::map<std::string, double> together;
  for (const std::vector<CaseChange>* some : {&changed.worse, &changed.better, &changed.rest}) {
    for (const CaseChange& one : *some) together.emplace(one.id.heading(), one.together);
  }
  std::string text;
  for (const auto& [heading, ratio] : together) {
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", html_escape(heading), percent_text(ratio));
  }
  return text;
}

HtmlCell centre_cell(double centre, const std::optional<TwoStates>& states, double factor) {
  if (states) return states_cell(*states, factor);
  return number_cell(centre, digits_text(centre * factor));
}

std::string table_of(const Changed& changed, const ChangedUnit& unit) {
  double high = 0;
  for (const std::vector<CaseChange>* some : {&changed.worse, &changed.better, &changed.rest}) {
    for (const CaseChange& one : *some) high = std::max({high, one.centre_old, one.centre_new});
  }
  const Prefixed prefixed = unit.higher_is_better ? speed_unit(high) : Prefixed{1, "s/GB"};
  HtmlTable table(fmt::format("{}, old and new", unit.title),
                  {{"path", true},
                   {"chunk"},
                   {"mode", true},
                   {fmt::format("old ({})", prefixed.unit)},
                   {fmt::format("new ({})", prefixed.unit)},
                   {"change"},
                   {"p"},
                   {"n"}});
  for (const auto& [some, kind] :
       {std::pair(&changed.worse, "worse"), std::pair(&changed.better, "better"),
        std::pair(&changed.rest, "")}) {
    for (const CaseChange& one : *some) {
      const bool states = one.two_states() && std::isfinite(one.high);
      table.add(
          {text_cell(one.id.heading()), chunk_cell(one.id.chunk), mode_cell(one.id.mode),
           centre_cell(one.centre_old, one.states_old, prefixed.factor),
           centre_cell(one.centre_new, one.states_new, prefixed.factor),
           states ? states_change_cell(one.low, one.high, one.significant)
                  : change_cell(one.ratio, one.low, one.high, one.significant),
           number_cell(one.p, fmt::format("{:.3f}", one.p)),
           number_cell(static_cast<double>(one.n_new), fmt::format("{}+{}", one.n_old, one.n_new))},
          kind);
    }
  }
  return fmt::format("<h3>{}, {}</h3>\n{}", unit.title,
                     unit.higher_is_better ? "higher is better" : "lower is better", table.html());
}

}  // namespace

std::vector<Changed> what_changed(const Result& older, const Result& newer) {
  const CaseChanges all = case_changes(older, newer);
  std::vector<Changed> changed;
  for (std::size_t i = 0; i < all.size(); ++i)
    changed.push_back(sorted_by_size(all[i], kChangedUnits[i]));
  return changed;
}

std::string change_headline(const std::vector<Changed>& all_units) {
  const Changed& changed = all_units.front();
  if (changed.cases() == 0) return "No case in both";
  const std::string counts = counts_text(changed, kChangedUnits.front());
  const std::string all = counted(static_cast<std::int64_t>(changed.cases()), "case");
  return (counts.empty() ? fmt::format("No change told in {}", all)
                         : fmt::format("Of {} {}", all, counts)) +
         whole_paths_text(changed);
}

std::string changes_part(const ReportInput& input, const std::vector<Changed>& all_units) {
  std::string items;
  std::string others;
  for (std::size_t i = 0; i < all_units.size(); ++i) {
    const ChangedUnit& unit = kChangedUnits[i];
    const Changed& changed = all_units[i];
    if (unit.higher_is_better) {
      items = largest_of(changed.worse, "worse") + largest_of(changed.better, "better");
      continue;
    }
    const std::string counts = counts_text(changed, unit);
    others += fmt::format(" {}: {}.", unit.title, counts.empty() ? "no change told" : counts);
  }
  std::vector<std::string> differ;
  for (const Difference& one : differences(*input.older, input.result)) differ.push_back(one.name);
  if (!differ.empty()) others += fmt::format(" Not the same: {}.", fmt::join(differ, ", "));
  return fmt::format(
      "<section id=\"changed\" aria-label=\"What changed\"><p class=\"change\">Since {}</p>\n"
      "<ul class=\"changes\">{}</ul><p class=\"note\">{} Changes are what is beyond that of all "
      "cases of a path together, which may be the machine&#39;s (throughput: {}); of the claims at "
      "most 5 % are false.</p></section>\n",
      html_escape(input.older_file), items, html_escape(others), together_text(all_units.front()));
}

std::string compare_table_part(const ReportInput& input, const std::vector<Changed>& all_units) {
  std::string tables;
  for (std::size_t i = 0; i < all_units.size(); ++i) {
    if (all_units[i].cases() > 0) tables += table_of(all_units[i], kChangedUnits[i]);
  }
  if (tables.empty()) tables = "<p>The two results share no case with good samples.</p>\n";
  return fmt::format(
      "<section id=\"compare\"><h2>Old and new</h2>\n<p class=\"note\">Old is {}, new is {}. "
      "Medians, and the change of the visits beyond that of all cases of a path together. What "
      "changed stands first, marked: p, adjusted over all cases, at most 0.05.</p>\n{}</section>\n",
      html_escape(input.older_file), html_escape(input.file), tables);
}

}  // namespace splicebench
