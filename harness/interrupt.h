#pragma once

#include <stdexcept>

namespace splicebench {

/// The user asked the run to end (SIGINT, SIGTERM, SIGHUP): what was measured is kept, exit 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From now on these signals set a flag and interrupt waits instead of ending the process.
void catch_interrupts();

/// One of them came.
bool interrupted();

/// For tests: as if one had come, or none.
void set_interrupted(bool value);

}  // namespace splicebench
