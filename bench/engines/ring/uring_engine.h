#pragma once

#include "bench/engines/copy_buffer.h"
#include "bench/engines/ring/buffer_ring.h"
#include "bench/engines/ring/ring.h"
#include "bench/engines/ring/send_queue.h"
#include "bench/engines/ring/zero_copy_sends.h"
#include "harness/engine/engine.h"

namespace splicebench {

/// A relay through one io_uring: one receive that goes on (multishot) into a ring of buffers, and
/// one send at a time of all that has come. The buffers are the backpressure: without one the
/// kernel stops receiving (ENOBUFS) until some are back.
///
/// The limit of a transfer is kept by what is provided: never more bytes of buffers than may still
/// be taken. What is less than a buffer is received once, with its length.
class UringEngine : public Engine {
 public:
  enum class Receiving { one_buffer, bundles };  ///< that a receive may fill
  enum class Sending { copying, without_copy };

  UringEngine(std::int64_t buffers, std::int64_t size, Receiving receiving, Sending sending);
  ~UringEngine() override;

  void prepare(int source, int sink) override;
  void rebind(int source, int sink) override;
  Outcome transfer(std::uint64_t limit) override;
  bool await() override;
  std::vector<Granted> granted() const override;

  /// buffers=, size=; with what they are where nobody says.
  static std::vector<EngineParameter> parameters(std::int64_t buffers, std::int64_t size);

 private:
  void set_pair(int source, int sink);
  void leave_ring();
  bool go_on(std::uint64_t limit, Outcome& outcome);
  bool enter(Outcome& outcome);
  void receive(std::uint64_t most);
  void receive_once(std::size_t size);
  void send();
  void take_completions(Outcome& outcome);
  void received(const io_uring_cqe& completion, Outcome& outcome);
  void keep(unsigned buffer, std::size_t size, Outcome& outcome);
  bool is_to_be_repeated(int result);
  void source_said(int result);
  void sent(int result, Outcome& outcome);
  void hush(Outcome& outcome);
  bool give_up(int error, Outcome& outcome);

  bool bundles_;
  unsigned count_;  ///< of buffers
  int source_ = -1;
  int sink_ = -1;
  CopyBuffer copy_;  ///< where there is no ring
  BufferRing buffers_;
  Ring ring_;
  SendQueue held_;
  ZeroCopySends sends_;
  unsigned once_ = 0;
  bool receiving_ = false;
  bool receiving_once_ = false;
  bool sending_ = false;
  bool cancelling_ = false;
  bool ended_ = false;
  bool fresh_ = true;  ///< the kernel was not asked in this transfer
  int source_error_ = 0;
  int sink_error_ = 0;
  int ring_error_ = 0;  ///< it does not work any more
  Refusals refusals_;
  bool again_ = false;  ///< a request was refused with EAGAIN, and is asked anew
};

}  // namespace splicebench
