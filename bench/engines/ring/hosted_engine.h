#pragma once

#include <poll.h>

#include "bench/engines/copy_buffer.h"
#include "bench/engines/ring/ring_host.h"

namespace splicebench {

/// A flow's engine in a ring that it shares with others.
class HostedEngine : public Engine {
 public:
  explicit HostedEngine(RingHost& host) : host_(host) {}
  ~HostedEngine() override {
    if (line_ != nullptr) host_.leave(*line_);
  }
  HostedEngine(const HostedEngine&) = delete;
  HostedEngine& operator=(const HostedEngine&) = delete;

  void prepare(int source, int sink) override {
    if (line_ != nullptr) host_.leave(*line_);
    line_ = nullptr;
    line_ = &host_.take_line(source, sink);
  }

  Outcome transfer(std::uint64_t limit) override {
    calls_ += host_.take_calls();
    Outcome outcome;
    outcome.in = std::exchange(line_->in, 0);
    outcome.out = std::exchange(line_->out, 0);
    outcome.left = line_->held.bytes();
    go_on(limit, outcome);
    return outcome;
  }

  bool tell(void* whom) override {
    host_.name(*line_, whom);
    return true;
  }
  std::vector<Granted> granted() const override { return host_.granted(); }

 private:
  void go_on(std::uint64_t limit, Outcome& outcome) {
    if (line_->held.is_empty() && !has_failed()) {
      outcome.ended = line_->has_ended ? Ended::eof : Ended::limit;
      if (line_->has_ended || outcome.in >= limit) return;
    }
    if (limit > 0 && !has_failed()) host_.go_on(*line_, limit - std::min(limit, outcome.in));
    if (has_failed()) {
      const bool by_sink = line_->sink_error != 0;
      fail(by_sink ? Side::sink : Side::source, by_sink ? line_->sink_error : line_->source_error,
           outcome);
      return;
    }
    outcome.ended = Ended::would_block;
    outcome.awaited = {host_.fd(), POLLIN};
  }
  bool has_failed() const { return line_->sink_error != 0 || line_->source_error != 0; }

  RingHost& host_;
  RingLine* line_ = nullptr;
};

}  // namespace splicebench
