#pragma once

// Other flows beside the one under test, in the same loop.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/verify/expectations.h"
#include "bench/verify/peers.h"
#include "bench/verify/subject.h"
#include "harness/engine/flow_loop.h"
#include "harness/engine/path.h"

namespace splicebench {

/// The flow under test among ordinary ones, each with content of its own: whatever befalls the one,
/// the others' bytes arrive whole and nowhere else.
class AmongFlows {
 public:
  /// Opens the others and starts their peers. `limit`: bytes of each flow that the loop will be
  /// asked for in all. Throws std::system_error.
  AmongFlows(const Subject& subject, const std::string& file_dir, std::uint64_t limit);
  ~AmongFlows() { end_peers(); }
  AmongFlows(const AmongFlows&) = delete;
  AmongFlows& operator=(const AmongFlows&) = delete;

  /// In the thread that shall move the bytes: the loop, with the flow under test in its middle.
  void prepare(int source, int sink);
  /// Up to `limit` more bytes of each flow. What befell the one under test.
  Outcome run(std::uint64_t limit);
  /// Memory of the loop's engines, bytes, as far as they say.
  std::int64_t held() const;

  /// Ends the others and looks at what became of their bytes.
  void look(Expectations& expectations);
  /// Of the others' peers, once they have ended.
  double cpu_seconds() const { return cpu_seconds_; }

 private:
  struct Other {
    PathEnds ends;
    std::uint64_t seed = 0;
    std::uint64_t written = 0;
    bool is_written = false;  ///< or its source takes no more
    ContentChecker arriving;
    bool has_arrived = false;  ///< all, or what there will be
    bool has_ended = false;    ///< its stream, in order
    Outcome outcome{};         ///< of all runs
  };

  void serve_peers();
  void write(Other& other);
  void read(Other& other);
  void end_peers();
  std::size_t place_of(std::size_t other) const;
  bool has_reader() const { return subject_.path->kinds.has_reader(); }

  Subject subject_;
  std::uint64_t expected_;  ///< bytes that arrive of each
  bool ends_;               ///< and then its stream does
  std::vector<Other> others_;
  StopSign stop_;  ///< nobody gives it
  std::unique_ptr<FlowLoop> loop_;
  std::atomic<bool> over_ = false;  ///< the loop has done its part
  std::thread peers_;
  double cpu_seconds_ = 0;
};

}  // namespace splicebench
