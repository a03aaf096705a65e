#pragma once

namespace splicebench {

/// Which processes of a sample share a CPU: what one saves there the other has. Round trips: the
/// client stands for the writer, the server for the reader.
struct Sharing {
  bool peers = false;   ///< writer and reader with each other
  bool writer = false;  ///< writer and relay
  bool reader = false;  ///< reader and relay
};

}  // namespace splicebench
