#pragma once

// The relay process of a ping: an engine for each direction between two sockets, until both streams
// have ended.

#include <array>
#include <memory>

#include "harness/engine/engine.h"
#include "harness/wire/ping_control.h"

namespace splicebench {

class TwoWay {
 public:
  /// Prepares both engines between kSourceFd and kSinkFd. Throws std::exception with one sentence.
  explicit TwoWay(const TwoWayTask& task);

  RelayReady ready() const;

  /// Relays until both streams have ended; an end is passed on once its bytes are. False when one
  /// of the sockets failed.
  bool run();

 private:
  struct Direction {
    std::unique_ptr<Engine> engine;
    int source = -1;
    int sink = -1;
    int awaited = -1;  ///< descriptor
    short events = 0;  ///< of poll(2), on it
    bool ended = false;
  };

  static bool step(Direction& direction);

  std::array<Direction, 2> directions_;
};

}  // namespace splicebench
