#include "bench/relay/mover.h"

#include "bench/relay/many_flows.h"
#include "bench/relay/ready.h"
#include "harness/engine/driver.h"
#include "harness/system/process.h"

namespace splicebench {

namespace {

/// The only flow: its engine waits by itself.
class OneFlow : public Mover {
 public:
  OneFlow(const Mode& mode, int source, int sink, bool has_reader)
      : source_(source), sink_(sink), has_reader_(has_reader), engine_(mode.make()) {
    engine_->prepare(source, sink);
    engine_->touch();
  }

  RelayReady ready() const override { return ready_with(engine_->granted()); }
  Calls calls() const override { return engine_->calls(); }
  std::array<double, kMarks> marks() const override { return marks_; }

  Outcome move(std::uint64_t bytes) override {
    if (has_reader_) return drive(*engine_, source_, sink_, bytes);
    // A writer runs ahead by what the socket holds: it cannot tell what has reached the sink.
    Outcome all;
    for (std::size_t part = 0; part < kMarks; ++part) {
      const std::uint64_t end = (bytes * (part + 1) + kMarks - 1) / kMarks;
      if (end > all.in) {
        Outcome one = drive(*engine_, source_, sink_, end - all.in);
        one.in += all.in;
        one.out += all.out;
        all = one;
      }
      if (all.ended != Ended::limit) break;
      marks_[part] = monotonic_seconds();
    }
    return all;
  }

 private:
  int source_;
  int sink_;
  bool has_reader_;
  std::unique_ptr<Engine> engine_;
  std::array<double, kMarks> marks_{};
};

}  // namespace

std::unique_ptr<Mover> make_mover(const Mode& mode, const RelayTask& task,
                                  const std::vector<int>& sources, const std::vector<int>& sinks) {
  if (sources.size() > 1) return std::make_unique<ManyFlows>(mode, task, sources, sinks);
  return std::make_unique<OneFlow>(mode, sources.front(), sinks.front(), task.kinds.has_reader());
}

}  // namespace splicebench
