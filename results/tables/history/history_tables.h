#pragma once

// A history for people and programs.

#include <string>

#include "results/verdict/history/history.h"

namespace splicebench {

/// What a person who looks once is to know: what was measured, the changes that hold, the newest
/// first, and the trend of each path and mode. At most kScreenLines lines of kScreenWidth.
std::string history_screen(const History& history, bool colour);

/// All changes and the trend of every case. `width` of the terminal: trends are drawn as long as it
/// has room for them; 0: any.
std::string history_details(const History& history, bool colour, std::size_t width);

/// The changes, and the trend of every case folded, for a pull request.
std::string history_markdown(const History& history);

/// A record per case, metric and result, base units; two states have one each.
std::string history_csv(const History& history);

/// "12 results, 2026-10-01 to 2026-11-22; 132 cases; throughput, relay-cpu".
std::string history_measured(const History& history);

/// "3 of 396 series change their level ...", or why none can.
std::string history_verdict(const History& history);

/// Changes of one path, mode and metric at one result, of as many chunks as it is.
struct ChangeGroup {
  std::size_t run = 0;
  const Tracked* metric = nullptr;
  bool better = false;
  std::string heading;  ///< Row::heading()
  std::string mode;
  std::string where;  ///< "from 16KiB on"
  std::size_t series = 0;
  double low = 0;  ///< the least ratio
  double high = 0;
};

/// The newest result first, in it what became worse.
std::vector<ChangeGroup> change_groups(const History& history);

/// "-12..-8%", "-12%".
std::string change_text(const ChangeGroup& group);

/// "2026-11-20 06:00".
std::string short_date(const HistoryRun& run);

}  // namespace splicebench
