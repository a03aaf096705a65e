#pragma once

#include <string>

namespace splicebench {

/// The path of the program that runs; where there is no /proc, what it was started as, from the
/// present directory. Throws std::system_error when that is gone.
std::string own_program();

/// The paths of the programs that are started as child processes.
struct Programs {
  std::string writer;
  std::string reader;
  std::string relay;
  std::string guard;  ///< of somebody else's relay
  std::string echo;   ///< the server of a ping
  std::string pinger;
  std::string agent;  ///< this one, to be started as an agent on other hosts
};

}  // namespace splicebench
