#include "bench/relay/two_way.h"

#include <poll.h>
#include <sys/socket.h>

#include <limits>

#include "bench/relay/ready.h"
#include "harness/system/process.h"

namespace splicebench {

TwoWay::TwoWay(const TwoWayTask& task) {
  run_on(task.cpus);
  const Mode mode = parse_mode(task.mode.data());
  directions_[0].source = directions_[1].sink = kSourceFd;
  directions_[0].sink = directions_[1].source = kSinkFd;
  for (Direction& direction : directions_) {
    direction.engine = mode.make();
    direction.engine->prepare(direction.source, direction.sink);
    direction.awaited = direction.source;
    direction.events = POLLIN;
  }
}

RelayReady TwoWay::ready() const { return ready_with(*directions_[0].engine); }

bool TwoWay::run() {
  for (;;) {
    std::array<pollfd, 2> waiting{};
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      const Direction& direction = directions_[i];
      waiting[i] = {direction.ended ? -1 : direction.awaited, direction.events, 0};
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;  // EINTR alone
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents != 0 && !step(directions_[i])) return false;
    }
    if (directions_[0].ended && directions_[1].ended) return true;
  }
}

bool TwoWay::step(Direction& direction) {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  const Outcome outcome = direction.engine->transfer(kAll, Waiting::give_back);
  if (outcome.ended == Ended::would_block) {
    const bool source = outcome.side == Side::source;
    direction.awaited = source ? direction.source : direction.sink;
    direction.events = source ? POLLIN : POLLOUT;
    return true;
  }
  direction.ended = outcome.ended == Ended::eof;
  // The other side may have closed both ways already: then nobody is left to be told.
  if (direction.ended) ::shutdown(direction.sink, SHUT_WR);
  return direction.ended;
}

}  // namespace splicebench
