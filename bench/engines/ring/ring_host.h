#pragma once

#include <deque>
#include <vector>

#include "bench/engines/ring/buffer_ring.h"
#include "bench/engines/ring/patient_ring.h"
#include "bench/engines/ring/ready_lines.h"
#include "bench/engines/ring/uring_engine.h"
#include "bench/engines/ring/waiting_lines.h"
#include "harness/engine/engine_host.h"

namespace splicebench {

/// One io_uring for many flows: a receive at a time for each, into the next of some buffers that
/// all share, then a send of it. A flow has buffers only while it holds bytes; as many as are
/// provided may be filled before some are sent, and those that find none wait for their turn. So
/// what is touched is little, however many flows there are, unless their sinks take nothing; and
/// there is always one for each, so that no flow waits for another's sink.
///
/// Not a receive that goes on (multishot), as one flow has: of that nobody can say how many bytes
/// it takes.
class RingHost : public EngineHost {
 public:
  /// `buffers`, of `size` bytes each, wait to be filled.
  RingHost(std::int64_t buffers, std::int64_t size, UringEngine::Receiving receiving,
           UringEngine::Sending sending);

  /// Errno of making the ring; 0: it is there, and only then anything else may be called. Throws
  /// std::bad_alloc.
  int open();

  std::unique_ptr<Engine> make() override;
  bool wait(int other, int milliseconds) override;
  void* next() override { return ready_.next(); }
  void hush() override;
  std::int64_t most_holding() const override { return most_holding_; }

  // For its engines:
  /// Throws std::bad_alloc.
  RingLine& take_line(int source, int sink);
  /// Has the kernel do nothing more with its descriptors, and forgets what it holds.
  void leave(RingLine& line);
  /// Sends what is held, else receives at most `room` bytes; asked for when the host waits.
  void go_on(RingLine& line, std::uint64_t room);
  void name(RingLine& line, void* whom) { ready_.name(line, whom); }
  /// Calls of the ring that no engine has counted yet.
  Calls take_calls();
  std::vector<Granted> granted() const;
  int fd() const { return ring_.fd(); }

 private:
  void watch(int other);
  bool wait_without(int other, int milliseconds);
  void finish_some();
  template <typename Prepare>
  void ask_of(RingLine& line, RingLine::Doing doing, std::uint64_t tag, Prepare prepare);
  void receive_next();
  void receive(RingLine& line);
  void send(RingLine& line);
  void take_completions();
  void received(RingLine& line, const io_uring_cqe& completion);
  void sent(RingLine& line, int result);
  void sent_without_copy(RingLine& line, const io_uring_cqe& completion, std::size_t send);

  unsigned provided_;
  bool bundles_;
  bool without_copy_;
  BufferRing buffers_;
  PatientRing ring_;
  std::deque<RingLine> lines_;
  std::vector<RingLine*> free_lines_;
  WaitingLines waiting_;
  ReadyLines ready_;
  std::size_t requests_ = 0;  ///< of lines, that are not complete
  unsigned holding_ = 0;      ///< lines that hold bytes
  std::int64_t most_holding_ = 0;
  bool is_hushed_ = false;  ///< nothing more is asked for by itself
  bool watches_other_ = false;
  bool other_is_ready_ = false;
  Calls calls_;
};

/// Of "buffers" and "size". Null: it cannot be had here.
std::unique_ptr<EngineHost> make_ring_host(const EngineValues& values,
                                           UringEngine::Receiving receiving,
                                           UringEngine::Sending sending);

}  // namespace splicebench
