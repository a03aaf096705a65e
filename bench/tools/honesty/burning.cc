// A copy with a known extra cost: "burning:percent=3" takes 3 % more CPU for each byte than
// "burning:percent=0", and does nothing else. Of no use to anybody but honesty.py, which asks
// whether a run finds such a difference; so it is in the programs that it runs and in no other.

#include <ctime>

#include <algorithm>
#include <memory>

#include "harness/engine/engine.h"

namespace splicebench {

namespace {

constexpr std::uint64_t kPiece = 256 << 10;  ///< bytes after which the extra is paid

double own_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

class BurningEngine : public Engine {
 public:
  explicit BurningEngine(std::int64_t percent)
      : extra_(static_cast<double>(percent) / 100), copy_(parse_mode("generic").make()) {}

  void prepare(int source, int sink) override { copy_->prepare(source, sink); }
  void touch() override { copy_->touch(); }
  void rebind(int source, int sink) override { copy_->rebind(source, sink); }
  std::vector<Granted> granted() const override { return copy_->granted(); }

  Outcome transfer(std::uint64_t limit) override {
    Outcome all;
    do {
      const double begun = own_cpu_seconds();
      const Outcome piece = copy_->transfer(std::min(kPiece, limit - all.in));
      const double paid = own_cpu_seconds();
      const std::uint64_t in = all.in + piece.in;
      const std::uint64_t out = all.out + piece.out;
      all = piece;
      all.in = in;
      all.out = out;
      // The clock is read in either case, so that it is no part of the difference.
      while (own_cpu_seconds() < paid + extra_ * (paid - begun)) {
      }
    } while (all.ended == Ended::limit && all.in < limit);
    const std::int64_t waits = calls_.wait;
    calls_ = copy_->calls();
    calls_.wait = waits;
    return all;
  }

 private:
  double extra_;
  std::unique_ptr<Engine> copy_;
};

const RegisterEngine registration({
    .name = "burning",
    .help = "generic, with a known extra cost of CPU",
    .parameters = {EngineParameter::count("percent", 0, 0, 1000,
                                          "of its own CPU time, in addition")},
    .make =
        [](const EngineValues& values) {
          return std::make_unique<BurningEngine>(values.at("percent"));
        },
    .sources = kStreamsAndFiles,
    .sinks = kStreamsAndFiles,
});

}  // namespace

}  // namespace splicebench
