#include "peers/flows.h"

#define XXH_INLINE_ALL
#include <sys/epoll.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <deque>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "harness/system/process.h"
#include "harness/system/socket_facts.h"
#include "harness/system/sys.h"
#include "harness/system/threads/crew.h"
#include "harness/system/threads/stop_sign.h"
#include "harness/wire/content.h"
#include "harness/wire/flow_tally.h"
#include "harness/wire/host_clock.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr std::size_t kEvents = 256;
/// Between looks at who else can go on, while some can: steps.
constexpr std::size_t kLook = 64;

struct Line {
  int fd = -1;
  std::size_t flow = 0;
  bool ready = false;  ///< by the last event, and no call has said otherwise
  bool queued = false;
  bool done = false;  ///< with this transfer
  XXH3_state_t hash{};
};

/// What a thread serves.
struct Lane {
  Fd epoll;
  std::vector<Line*> lines;
  std::deque<Line*> queue;  ///< those that can go on
  std::vector<unsigned char> buffer;
  std::size_t left = 0;  ///< lines that are not done
  int error = 0;

  void enqueue(Line& line) {
    if (line.queued || line.done) return;
    line.queued = true;
    queue.push_back(&line);
  }
};

class Flows {
 public:
  /// Of the connections from `first` on; closes them at its end.
  Flows(const PeerTask& task, std::uint32_t first, const FlowStep& step)
      : step_(step),
        tally_(task.flows),
        lines_(task.flows),
        lanes_(task.threads),
        crew_(task.threads) {
    for (Lane& lane : lanes_) {
      lane.epoll = Fd(check(::epoll_create1(EPOLL_CLOEXEC), "make", "an epoll descriptor"));
      lane.buffer.resize(task.chunk);
      watch(lane, stop_.fd(), EPOLLIN, nullptr);
    }
    for (std::uint32_t i = 0; i < task.flows; ++i) {
      Line& line = lines_[i];
      line.fd = data_fd(first + i);
      line.flow = i;
      fds_.push_back(line.fd);
      Lane& lane = lanes_[i % task.threads];
      lane.lines.push_back(&line);
      watch(lane, line.fd, step.events | EPOLLET, &line);
    }
  }
  ~Flows() {
    for (const int fd : fds_) ::close(fd);
  }
  Flows(const Flows&) = delete;
  Flows& operator=(const Flows&) = delete;

  PeerReport run(const Transfer& transfer) {
    const std::uint64_t each = transfer.bytes / lines_.size();
    stop_.take_back();
    tally_.begin(each);
    for (Lane& lane : lanes_) prepare(lane);
    crew_.run([&](std::size_t i) { serve(lanes_[i], transfer, each); });
    PeerReport report;
    report.bytes = tally_.total();
    report.marks = tally_.marks();
    for (const Lane& lane : lanes_) {
      if (report.error == 0) report.error = lane.error;
    }
    if (transfer.hashed) report.hash = hash_of_all();
    return report;
  }

  FlowReport tell() {
    FlowReport report;
    const std::optional<SocketFacts> before = std::exchange(facts_, facts_of(fds_));
    report.socket = facts_between(before, facts_);
    report.rates = tally_.rates();
    return report;
  }

 private:
  static void watch(Lane& lane, int fd, std::uint32_t events, Line* line) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = line;
    check(::epoll_ctl(lane.epoll.get(), EPOLL_CTL_ADD, fd, &event), "watch", "a connection");
  }

  static void prepare(Lane& lane) {
    lane.error = 0;
    lane.left = lane.lines.size();
    lane.queue.clear();
    for (Line* const line : lane.lines) {
      line->done = false;
      line->queued = false;
      XXH3_64bits_reset(&line->hash);
      if (line->ready) lane.enqueue(*line);
    }
  }

  void serve(Lane& lane, const Transfer& transfer, std::uint64_t each) {
    while (lane.left > 0 && !stop_.is_given()) {
      look(lane);
      for (std::size_t i = 0; i < kLook && !lane.queue.empty() && lane.error == 0; ++i) {
        Line& line = *lane.queue.front();
        lane.queue.pop_front();
        line.queued = false;
        advance(lane, line, transfer, each);
      }
    }
  }

  /// Waits, unless somebody can go on, and notes who can.
  void look(Lane& lane) {
    std::array<epoll_event, kEvents> events;
    const int count = ::epoll_wait(lane.epoll.get(), events.data(), static_cast<int>(kEvents),
                                   lane.queue.empty() ? -1 : 0);
    if (count < 0 && errno != EINTR) return fail(lane, errno);
    for (int i = 0; i < count; ++i) {
      Line* const line = static_cast<Line*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (line == nullptr) continue;  // the stop sign
      line->ready = true;
      lane.enqueue(*line);
    }
  }

  /// A chunk at most, then it is the next one's turn.
  void advance(Lane& lane, Line& line, const Transfer& transfer, std::uint64_t each) {
    const ssize_t moved = step_.move(line.fd, tally_.of(line.flow), each, transfer,
                                     flow_seed(transfer.seed, line.flow), lane.buffer);
    if (moved == 0) return fail(lane, 0);
    if (moved < 0) {
      if (errno == EAGAIN) {
        line.ready = false;
      } else if (errno == EINTR) {
        lane.enqueue(line);
      } else {
        fail(lane, errno);
      }
      return;
    }
    const std::size_t size = static_cast<std::size_t>(moved);
    if (transfer.hashed) XXH3_64bits_update(&line.hash, lane.buffer.data(), size);
    if (!tally_.passed(line.flow, size)) return lane.enqueue(line);
    line.done = true;
    --lane.left;
    if (transfer.hashed && step_.surplus != nullptr && step_.surplus(line.fd))
      fail(lane, EOVERFLOW);
  }

  /// One ends all: what the sample moved can be no figure any more. 0: the end of a stream.
  void fail(Lane& lane, int error) {
    lane.error = error;
    stop_.give();
  }

  std::uint64_t hash_of_all() {
    std::vector<std::uint64_t> hashes;
    for (const Line& line : lines_) hashes.push_back(XXH3_64bits_digest(&line.hash));
    return XXH3_64bits(hashes.data(), hashes.size() * sizeof hashes.front());
  }

  FlowStep step_;
  FlowTally tally_;
  std::vector<Line> lines_;
  std::vector<int> fds_;
  std::vector<Lane> lanes_;
  std::optional<SocketFacts> facts_;  ///< as they were told last
  StopSign stop_;
  Crew crew_;
};

/// Why there are none; 0: they are there.
int make(std::unique_ptr<Flows>& flows, const PeerTask& task, std::uint32_t first,
         const FlowStep& step) {
  try {
    flows = std::make_unique<Flows>(task, first, step);
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
}

int serve_flows(const PeerTask& task, const FlowStep& step) {
  std::unique_ptr<Flows> flows;
  Transfer transfer;
  HostClock clock(task);
  while (receive(kControlFd, transfer)) {
    if (transfer.asks) {
      if (!send(kControlFd, flows ? flows->tell() : FlowReport())) return 0;
      continue;
    }
    if (transfer.bytes == 0) {
      flows.reset();
      PeerReport report;
      report.error = make(flows, task, transfer.connection, step);
      if (!send(kControlFd, report)) return 0;
      continue;
    }
    if (!flows) return 0;
    const ProcessFacts process = process_facts();
    const CpuTime before = cpu_used();
    clock.begin();
    PeerReport report = flows->run(transfer);
    clock.end(report);
    report.cpu = cpu_used() - before;
    report.process = process_facts() - process;
    if (!send(kControlFd, report)) return 0;
  }
  return 0;
}

}  // namespace

int run_peer(TransferFunction transfer, const FlowStep& step) {
  become_child();
  PeerTask task;
  std::vector<unsigned char> buffer;
  if (!get_ready(task, buffer)) return 0;
  return task.flows == 1 ? serve(transfer, task, buffer) : serve_flows(task, step);
}

}  // namespace splicebench
