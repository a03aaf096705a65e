#pragma once

// Go benchmark text (golang.org/design/14313-benchmark-format): result lines, `key: value`
// settings, `Unit` metadata; every other line is somebody's log and is passed over.

#include <string>

#include "results/compare/record.h"
#include "results/files/input.h"

namespace splicebench {

/// Lines longer than this end the reading with an error, as in Go's own readers: such a file is no
/// benchmark text.
inline constexpr std::size_t kLongestLine = std::size_t{64} * 1024;

/// Reads all of `window`. A malformed result line is dropped with a message "name:line: reason".
/// Throws UsageError ("name:line: ...") for a line beyond kLongestLine, and for a last line that is
/// malformed and not ended: the file is truncated.
ReadReport read_go_text(Window& window, const std::string& name, RecordSink& sink);

}  // namespace splicebench
