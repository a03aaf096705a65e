// The hosts of a run, how each is set, and what its CPUs did.

#include <fmt/format.h>

#include <algorithm>

#include "plots/data/text.h"
#include "plots/page/html_table.h"
#include "plots/page/page_parts.h"
#include "results/model/hosts/host_facts_text.h"
#include "results/model/hosts/host_names.h"
#include "results/stats/hosts/host_figures.h"

namespace splicebench {

namespace {

/// A row for each fact that is known of one of them.
std::string facts_table(const Result& result) {
  std::vector<HtmlColumn> columns{{"", true}};
  std::vector<std::vector<NamedFact>> facts;
  for (const HostFacts& host : result.hosts) {
    columns.push_back({role_text(result, host.role), true});
    facts.push_back(named_facts(host));
  }
  HtmlTable table("Hosts", columns);
  for (std::size_t i = 0; i < facts.front().size(); ++i) {
    std::vector<HtmlCell> cells{text_cell(facts.front()[i].name)};
    for (const std::vector<NamedFact>& of_host : facts) {
      const std::string& value = of_host[i].value;
      cells.push_back(value.empty() ? empty_cell() : text_cell(value));
    }
    const bool known = std::any_of(facts.begin(), facts.end(),
                                   [i](const auto& of_host) { return !of_host[i].value.empty(); });
    if (known) table.add(cells);
  }
  return table.html();
}

HtmlCell use_cell(const std::optional<HostUse>& use, double HostUse::*figure, double factor) {
  if (!use) return empty_cell();
  const double value = (*use).*figure * factor;
  return number_cell(value, digits_text(value));
}

std::string use_table(const std::vector<HostFigures>& all) {
  std::vector<HtmlColumn> columns{{"path", true}, {"chunk"}, {"mode", true}};
  for (const RoleInfo& info : kRoles) {
    for (const char* what : {"CPU (s/GB)", "softirq (s/GB)", "steal (%)"})
      columns.push_back({fmt::format("{}: {}", info.name, what)});
  }
  columns.push_back({"too long by at most (%)"});
  HtmlTable table("What the CPUs of each host did", columns);
  for (const HostFigures& one : all) {
    std::vector<HtmlCell> cells{text_cell(one.id.heading()), chunk_cell(one.id.chunk),
                                mode_cell(one.id.mode)};
    for (const RoleInfo& info : kRoles) {
      cells.push_back(use_cell(one.use[info.role], &HostUse::busy, 1));
      cells.push_back(use_cell(one.use[info.role], &HostUse::softirq, 1));
      cells.push_back(use_cell(one.use[info.role], &HostUse::steal, 100));
    }
    cells.push_back(one.off ? number_cell(*one.off * 100, digits_text(*one.off * 100))
                            : empty_cell());
    table.add(cells);
  }
  return table.html();
}

}  // namespace

std::string hosts_part(const Result& result) {
  if (result.hosts.empty()) return "";
  std::string parts = facts_table(result);
  if (!result.cases.empty()) {
    parts +=
        "<p class=\"note\">Medians, of the CPUs of the placement there. A host that is also the "
        "relay's stands under relay alone. A sample may be too long by the way of the reader's "
        "confirmation over the control path, at most.</p>\n" +
        use_table(host_figures(result));
  }
  return fmt::format("<section id=\"hosts\"><h2>Hosts</h2>\n{}</section>\n", parts);
}

}  // namespace splicebench
