#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bench/relay/mover.h"
#include "harness/engine/flow_loop.h"
#include "harness/system/threads/crew.h"
#include "harness/system/threads/stop_sign.h"
#include "harness/wire/flow_tally.h"

namespace splicebench {

/// Many flows by one loop a thread, as a relay of many connections has.
class ManyFlows : public Mover {
 public:
  ManyFlows(const Mode& mode, const RelayTask& task, const std::vector<int>& sources,
            const std::vector<int>& sinks);
  ~ManyFlows() override;

  RelayReady ready() const override { return ready_; }
  Outcome move(std::uint64_t bytes) override;
  std::array<double, kMarks> marks() const override;
  Calls calls() const override;
  std::optional<FlowFacts> flows() const override;

 private:
  std::size_t flows_;
  std::optional<std::int64_t> memory_before_;  ///< bytes resident before there were engines
  StopSign stop_;
  std::optional<FlowTally> tally_;  ///< where there is no reader to count
  std::vector<std::unique_ptr<FlowLoop>> loops_;
  Crew crew_;
  RelayReady ready_;
};

}  // namespace splicebench
