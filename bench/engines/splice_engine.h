#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "bench/engines/copy_buffer.h"
#include "harness/engine/engine.h"
#include "results/files/fd.h"

namespace splicebench {

/// How bytes get into a pipe and out of it: splice(2), or what does the same. Bytes; -1 and errno.
class Splicing {
 public:
  virtual ~Splicing() = default;

  /// As Engine::prepare(), perhaps again. False: it cannot be had; read and write do the work.
  virtual bool prepare() { return true; }
  /// At most `most` bytes into the pipe, which is empty. The next out() is of its other end and
  /// `sink`: what does more than one thing at a time may begin with it.
  virtual ssize_t in(int source, int pipe_in, int pipe_out, int sink, std::size_t most);
  virtual ssize_t out(int pipe_out, int sink, std::size_t size);
  /// Errno of what does it, not of the bytes' ends; from then on it moves nothing. 0: it is well.
  virtual int broken() const { return 0; }
  virtual std::vector<Granted> granted() const { return {}; }
};

/// From the source into a pipe, from the pipe into the sink; the pipe is emptied before it is
/// filled again. What cannot be spliced goes on with read and write, from the very byte where
/// splice stopped.
class SpliceEngine : public Engine {
 public:
  /// `piece`: bytes asked for in a call; 0: as many as the pipe holds.
  SpliceEngine(std::int64_t pipe_size, std::int64_t piece, std::unique_ptr<Splicing> splicing)
      : wanted_(pipe_size), piece_(piece), splicing_(std::move(splicing)) {}

  void prepare(int source, int sink) override;
  void touch() override { buffer_.touch(); }
  void rebind(int source, int sink) override;
  Outcome transfer(std::uint64_t limit) override;
  std::vector<Granted> granted() const override;

  /// pipe=, piece=.
  static std::vector<EngineParameter> parameters();

 private:
  void set_pair(int source, int sink);
  void leave_splice();
  bool drain(Outcome& outcome);
  bool may_leave(int error, bool worked) const;
  bool fail_splice(Side side, int error, Outcome& outcome);
  bool splice_out(Outcome& outcome);
  bool take_back(Outcome& outcome);
  bool fill(std::uint64_t most, Outcome& outcome);
  bool read_once(std::uint64_t most, Outcome& outcome);
  bool is_stuck();

  std::int64_t wanted_;
  std::int64_t piece_;
  std::unique_ptr<Splicing> splicing_;
  std::int64_t pipe_size_ = 0;  ///< 0: no pipe
  int source_ = -1;
  int sink_ = -1;
  Fd pipe_in_;
  Fd pipe_out_;
  std::uint64_t in_pipe_ = 0;
  bool spliced_ = true;  ///< false: on read and write from now on
  bool ever_in_ = false;
  bool ever_out_ = false;
  int empty_polls_ = 0;
  int error_behind_mark_ = 0;  ///< of the source; told when read has given all that was before it
  CopyBuffer buffer_;
};

}  // namespace splicebench
