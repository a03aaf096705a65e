#pragma once

// What the script of the HTML page draws and lists, as JSON. Base units: seconds, bytes.

#include <string>
#include <vector>

#include "results/compare/replicate.h"
#include "results/model/model.h"

namespace splicebench {

struct PageMode {
  std::string name;
  int slot = 0;  ///< of its colour, dash and marker; see plots/theme.h
};

struct PageData {
  const Result* result = nullptr;
  const Result* older = nullptr;  ///< none: nothing to compare with
  std::vector<PageMode> modes;    ///< all of both results
};

/// The published tables of which the result measured a row of throughput at least.
std::vector<ReplicatedTable> covered_tables(const Result& result);

/// The data as one JSON object that may stand inside an HTML script element: ASCII, and without
/// '<', '>' and '&', so that no text of a result can end the element or open a comment.
///
/// Cases, changes and samples name path, chunk and mode by their place in `paths`, `chunks` and
/// `modes`. Figures have six digits; what is not finite is null. `planned` are the chunks of the
/// result itself, `planned_in_both` those it has in common with the older. Keys: modes, paths,
/// chunks, planned, planned_in_both, cases, changes (by unit), old_new, published, sample_columns,
/// samples.
std::string page_json(const PageData& data);

}  // namespace splicebench
