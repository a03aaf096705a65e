#include "bench/relay/many_flows.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "bench/relay/ready.h"
#include "harness/system/process_tree.h"

namespace splicebench {

namespace {

/// The peak begins anew (proc_pid_clear_refs(5)). Bytes resident now; none: not known.
std::optional<std::int64_t> begin_peak() {
  std::ofstream reset("/proc/self/clear_refs");
  reset << 5 << std::flush;
  return reset ? memory_of(0, "VmRSS") : std::nullopt;
}

PipeSizes sizes_of(std::vector<std::int64_t> pipes) {
  std::sort(pipes.begin(), pipes.end());
  return {pipes.front(), static_cast<std::int64_t>(middle_of(pipes)), pipes.back()};
}

}  // namespace

ManyFlows::ManyFlows(const Mode& mode, const RelayTask& task, const std::vector<int>& sources,
                     const std::vector<int>& sinks)
    : flows_(sources.size()), memory_before_(begin_peak()), crew_(task.relay_threads) {
  if (!task.kinds.has_reader()) tally_.emplace(flows_);
  LoopSetting setting;
  setting.stop = &stop_;
  setting.tally = tally_ ? &*tally_ : nullptr;
  for (std::uint32_t i = 0; i < task.relay_threads; ++i)
    loops_.push_back(std::make_unique<FlowLoop>(mode, setting));
  for (std::size_t i = 0; i < flows_; ++i) loops_[i % loops_.size()]->add(i, sources[i], sinks[i]);
  for (const std::unique_ptr<FlowLoop>& loop : loops_) loop->get_ready();
  ready_ = ready_with(loops_.front()->granted());
}

ManyFlows::~ManyFlows() = default;

Outcome ManyFlows::move(std::uint64_t bytes) {
  const std::uint64_t each = bytes / flows_;
  stop_.take_back();
  if (tally_) tally_->begin(each);
  crew_.run([&](std::size_t i) { loops_[i]->run(each); });
  Outcome all;
  for (const std::unique_ptr<FlowLoop>& loop : loops_) {
    if (loop->trouble()) std::rethrow_exception(loop->trouble());
    const Outcome one = loop->outcome();
    if (all.ended == Ended::limit) {
      all.ended = one.ended;
      all.side = one.side;
      all.error = one.error;
    }
    all.in += one.in;
    all.out += one.out;
    all.left += one.left;
  }
  return all;
}

std::array<double, kMarks> ManyFlows::marks() const {
  return tally_ ? tally_->marks() : std::array<double, kMarks>{};
}

Calls ManyFlows::calls() const {
  Calls all;
  for (const std::unique_ptr<FlowLoop>& loop : loops_) all += loop->calls();
  return all;
}

std::optional<FlowFacts> ManyFlows::flows() const {
  FlowFacts facts;
  if (tally_) facts.rates = tally_->rates();
  std::int64_t engines = 0;
  std::vector<std::int64_t> pipes;
  for (const std::unique_ptr<FlowLoop>& loop : loops_) {
    engines += loop->engines();
    pipes.insert(pipes.end(), loop->pipes().begin(), loop->pipes().end());
  }
  facts.engines = engines;
  if (!pipes.empty()) facts.pipes = sizes_of(std::move(pipes));
  const std::optional<std::int64_t> peak = memory_of(0, "VmHWM");
  if (memory_before_ && peak)
    facts.relay_memory = std::max<std::int64_t>(0, *peak - *memory_before_);
  return facts;
}

}  // namespace splicebench
