#pragma once

#include <poll.h>

#include <stdexcept>

namespace splicebench {

/// The user asked the run to end (SIGINT, SIGTERM, SIGHUP): what was measured is kept, exit 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From now on these signals no longer end the process, nor any of its system calls but
/// wait_interruptibly: they stay pending until interrupted() is asked. A SIGHUP that is ignored, as
/// nohup(1) does, stays so.
void catch_interrupts();

/// One of them came.
bool interrupted();

/// poll(2) that one of these signals ends, too, with -1 and EINTR.
int wait_interruptibly(pollfd* fds, nfds_t count, double seconds);

/// For tests: as if one had come, or none.
void set_interrupted(bool value);

}  // namespace splicebench
