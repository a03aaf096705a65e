#pragma once

// What the engines of one thread may have together, as a ring: an event loop of many flows then
// waits by it, and lends each flow an engine of its own from the first turn on.

#include <cstdint>
#include <memory>

#include "harness/engine/engine.h"

namespace splicebench {

class EngineHost {
 public:
  EngineHost() = default;
  virtual ~EngineHost() = default;
  EngineHost(const EngineHost&) = delete;
  EngineHost& operator=(const EngineHost&) = delete;

  /// An engine that has memory only while it holds bytes. What it awaits nobody polls: wait() and
  /// next() tell of it. The host must outlive it. Throws std::bad_alloc.
  virtual std::unique_ptr<Engine> make() = 0;

  /// Hands over what the engines ask for, and waits until some can go on, `other` is readable, or
  /// `milliseconds` are over (< 0: without end); also returns without any of these. True: `other`
  /// may be readable. Always by the same thread. Throws std::system_error.
  virtual bool wait(int other, int milliseconds) = 0;
  /// Whom Engine::tell() named for an engine that can go on; each once. Null: no more.
  virtual void* next() = 0;

  /// By the thread that waits: nothing more is done for any engine before wait() is called again.
  /// What was done so far, they count in their next transfer(0).
  virtual void hush() = 0;

  /// Most engines that held bytes at once so far.
  virtual std::int64_t most_holding() const = 0;
};

}  // namespace splicebench
