#pragma once

// The relay process of a ping: an engine for each direction between two sockets, until both streams
// have ended.

#include <memory>

#include "harness/engine/driver.h"
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
  std::unique_ptr<Engine> up_;
  std::unique_ptr<Engine> down_;
};

}  // namespace splicebench
