#pragma once

// The loop contract: what moves the bytes of many flows in one thread.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "harness/engine/engine.h"
#include "harness/system/threads/stop_sign.h"
#include "harness/wire/flow_tally.h"

namespace splicebench {

/// What becomes of the other flows when one has failed, or its source has ended before its bytes.
enum class WhenOneEnds {
  all_end,       ///< of all loops with the same stop sign: a sample is spoilt
  others_go_on,  ///< as in a relay
};

struct LoopSetting {
  StopSign* stop = nullptr;
  FlowTally* tally = nullptr;  ///< counts what is delivered; null: nobody needs it
  WhenOneEnds when_one_ends = WhenOneEnds::all_end;
  std::size_t flows = 0;  ///< that will be added
};

/// Flows that were added are known by their place, from 0.
class FlowLoop {
 public:
  /// What `setting` points to must outlive it.
  explicit FlowLoop(const LoopSetting& setting) : setting_(setting) {}
  virtual ~FlowLoop() = default;
  FlowLoop(const FlowLoop&) = delete;
  FlowLoop& operator=(const FlowLoop&) = delete;

  /// `flow`: its number in the tally. The descriptors are non-blocking and stay the caller's; a
  /// sink may be a file. Throws std::system_error.
  virtual void add(std::size_t flow, int source, int sink) = 0;
  /// Outside of the clock, when all are added: what is needed in any case. Throws likewise.
  virtual void get_ready() = 0;

  /// Moves `each` bytes on every flow that has not ended or failed, until all have them, or as the
  /// setting says. The end of a source's stream is passed on. Always by the same thread.
  void run(std::uint64_t each);

  /// Of the last run(): a flow's; all together, ended as the first that ended all.
  virtual Outcome outcome(std::size_t place) const = 0;
  Outcome outcome() const;
  /// What ended the last run() beside; null: nothing.
  std::exception_ptr trouble() const { return trouble_; }

  // So far:
  virtual Calls calls() const = 0;
  /// Most flows that held bytes, or the means to, at once.
  virtual std::int64_t engines() const = 0;
  /// What an engine got.
  const std::vector<Granted>& granted() const { return granted_; }
  /// Bytes of each pipe that was granted; empty where engines have none.
  const std::vector<std::int64_t>& pipes() const { return pipes_; }

 protected:
  virtual void serve_all(std::uint64_t each) = 0;
  virtual std::size_t flows() const = 0;

  StopSign& stop() const { return *setting_.stop; }
  void count_passed(std::size_t flow, std::uint64_t bytes) {
    if (setting_.tally != nullptr) setting_.tally->passed(flow, bytes);
  }
  /// A flow has failed, or ended before its bytes.
  void one_ended(const Outcome& outcome);

  std::vector<Granted> granted_;
  std::vector<std::int64_t> pipes_;

 private:
  LoopSetting setting_;
  Outcome spoilt_;
  std::exception_ptr trouble_;
};

/// The loop of `mode`'s engine, or one that lends its engines. Throws std::system_error.
std::unique_ptr<FlowLoop> make_flow_loop(const Mode& mode, const LoopSetting& setting);

}  // namespace splicebench
