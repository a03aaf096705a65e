#pragma once

#include <optional>
#include <string>

namespace splicebench {

/// Whether splice(2) on this kernel hands pages on instead of copying them, found by experiment: a
/// page of a file is changed after it was spliced, and before it is read at the other end. Kernels
/// differ: copies on the way into a pipe were proposed upstream (linux-api, June 2026), and files
/// opened for direct I/O or on DAX are copied already. Absent where the experiment could not be
/// made.
struct PageSharing {
  std::optional<bool> file;  ///< from a file through a pipe into TCP
  /// From TCP through a pipe into TCP; absent, too, where files are copied, for then no page is
  /// known to this process that it could change.
  std::optional<bool> socket;
};

/// `directory`: of a nameless file, for a moment.
PageSharing page_sharing(const std::string& directory);

}  // namespace splicebench
