#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/hosts/reach/frame.h"
#include "results/files/fd.h"

namespace splicebench {

/// Frames to and from one other process, by a thread of their own. It carries the packets of
/// control sockets, tells the other side that it is there and notices when that one is not.
class FrameStream {
 public:
  /// Called in the stream's thread, and not for those that it deals with itself.
  using OnFrame = std::function<void(Frame frame)>;
  /// Called once in that thread: "ended", "was silent for 5 s". Nothing comes after it.
  using OnEnd = std::function<void(const std::string& how)>;

  FrameStream(Fd in, Fd out, OnFrame on_frame, OnEnd on_end);
  /// Closes both.
  ~FrameStream();
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;

  /// Queued; lost when the stream has ended. Any thread.
  void send(FrameKind kind, std::uint32_t number = 0, std::string payload = {});

  /// Seconds since anything was heard of the other side. Any thread.
  double silent_for() const;

  /// From now on `socket` (AF_UNIX, SOCK_SEQPACKET) is `channel` of the other side: packets go
  /// through in both directions, the end of one ends the other. Before the other side can send on
  /// it. Any thread.
  void join(std::uint32_t channel, Fd socket);

 private:
  struct Channel {
    Fd socket;
    std::deque<std::string> waiting;  ///< for the socket, which is full
    bool ending = false;              ///< once these are gone
  };

  void run();
  /// Waits for the next thing to do, and does it. Throws std::runtime_error: how it ended.
  void turn();
  void read_frames();
  void write_frames();
  void take(Frame frame);
  /// What came on a channel's socket. False: it has ended.
  bool forward(std::uint32_t number, Channel& channel);
  static bool pass_on(Channel& channel);
  void wake() const;

  Fd in_;
  Fd out_;
  Fd wake_;
  OnFrame on_frame_;
  OnEnd on_end_;
  FrameReader reader_;
  std::vector<char> packet_;
  std::atomic<bool> stopping_ = false;
  std::atomic<double> heard_ = 0;  ///< when the other side was
  double looked_ = 0;              ///< when this one last waited
  double told_ = 0;                ///< when the other side was last told something
  std::mutex mutex_;               ///< of what follows
  std::string output_;             ///< not written yet
  std::map<std::uint32_t, Channel> channels_;
  std::thread thread_;
};

}  // namespace splicebench
