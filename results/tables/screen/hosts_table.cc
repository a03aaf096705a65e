#include "results/tables/screen/hosts_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "results/model/hosts/host_facts_text.h"
#include "results/model/hosts/host_names.h"
#include "results/stats/hosts/host_figures.h"
#include "results/tables/table_text.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/text/text_grid.h"

namespace splicebench {

namespace {

/// "0.412 (0.20 softirq)"; steal where there is any.
std::string use_text(const std::optional<HostUse>& use) {
  if (!use) return "-";
  std::string text = fmt::format("{} ({})", three_digits(use->busy), three_digits(use->softirq));
  if (use->steal >= 0.001) text += fmt::format(", steal {:.1f}%", 100 * use->steal);
  return text;
}

}  // namespace

std::string host_facts_text(const Result& result, const Paint& paint) {
  std::string text;
  for (const HostFacts& host : result.hosts) {
    text += fmt::format("{}: {}\n", paint.bold(role_text(result, host.role)),
                        one_line(fmt::format("{}", fmt::join(host_facts_texts(host), ", "))));
  }
  return text;
}

std::string host_use_text(const Result& result, const std::string& heading, const Paint& paint) {
  std::vector<std::vector<std::string>> table{
      {"chunk", "mode", "writer's host", "relay's host", "reader's host", "off by at most"}};
  for (std::string& title : table.front()) title = paint.bold(title);
  for (const HostFigures& one : host_figures(result)) {
    if (one.id.heading() != heading) continue;
    table.push_back({format_size(one.id.chunk), name_text(one.id.mode),
                     use_text(one.use[Role::writer]), use_text(one.use[Role::relay]),
                     use_text(one.use[Role::reader]),
                     one.off ? fmt::format("{:.2f}%", 100 * *one.off) : "-"});
  }
  if (table.size() == 1) return "";
  return aligned_text(table, {Align::kRight, Align::kLeft, Align::kRight, Align::kRight,
                              Align::kRight, Align::kRight}) +
         "Of a host: CPU seconds per GB of the placement's CPUs there, and of these softirq; -: "
         "the "
         "relay's, or not known.\nOff: a sample may be too long by so much, for the reader's "
         "confirmation comes over the control path.\n";
}

}  // namespace splicebench
