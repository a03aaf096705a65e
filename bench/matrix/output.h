#pragma once

// What the measuring subcommands share at their edges.

#include <string>

namespace splicebench {

// Exit statuses (design: 2 is thrown as UsageError).
inline constexpr int kDone = 0;
inline constexpr int kFailed = 3;
inline constexpr int kInterrupted = 130;

/// "splicebench-20260131T120000Z.json", of now.
std::string default_out();

}  // namespace splicebench
