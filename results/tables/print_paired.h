#pragma once

// The paired comparison of modes within one run, as tables.

#include <string>
#include <vector>

#include "results/stats/paired.h"

namespace splicebench {

/// `name` is the result's file. Each table is labelled as a comparison within the run, and says how
/// many rounds it takes to claim anything when the run has fewer.
std::string paired_text(const std::string& name, const std::vector<PairedTable>& tables);
std::string paired_markdown(const std::string& name, const std::vector<PairedTable>& tables);
std::string paired_csv(const std::vector<PairedTable>& tables);

/// A ratio as a change in percent: 1.1 is "+10.00%"; "∞" for infinity.
std::string format_change(double ratio);

}  // namespace splicebench
