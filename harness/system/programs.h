#pragma once

#include <string>

namespace splicebench {

/// The paths of the programs that are started as child processes.
struct Programs {
  std::string writer;
  std::string reader;
  std::string relay;
  std::string guard;  ///< of somebody else's relay
  std::string echo;   ///< the server of a ping
  std::string pinger;
};

}  // namespace splicebench
