#include "harness/engine/flow_loop.h"

#include "harness/engine/lending_loop.h"

namespace splicebench {

void FlowLoop::run(std::uint64_t each) {
  spoilt_ = {};
  trouble_ = nullptr;
  try {
    serve_all(each);
  } catch (...) {
    trouble_ = std::current_exception();
    stop().give();
  }
}

void FlowLoop::one_ended(const Outcome& outcome) {
  if (setting_.when_one_ends == WhenOneEnds::others_go_on) return;
  spoilt_ = outcome;
  stop().give();
}

Outcome FlowLoop::outcome() const {
  Outcome all = spoilt_;
  all.in = all.out = all.left = 0;
  for (std::size_t place = 0; place < flows(); ++place) {
    const Outcome one = outcome(place);
    all.in += one.in;
    all.out += one.out;
    all.left += one.left;
  }
  return all;
}

std::unique_ptr<FlowLoop> make_flow_loop(const Mode& mode, const LoopSetting& setting) {
  std::unique_ptr<FlowLoop> loop;
  if (mode.engine->make_loop) loop = mode.engine->make_loop(mode.values, setting);
  return loop ? std::move(loop) : std::make_unique<LendingLoop>(mode, setting);
}

}  // namespace splicebench
