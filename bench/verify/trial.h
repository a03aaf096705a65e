#pragma once

// One situation tried on one subject, in a process of its own (bench/verify/cell.h).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/verify/cell.h"
#include "bench/verify/disturbances/among_flows.h"
#include "bench/verify/disturbances/injection.h"
#include "bench/verify/disturbances/storm.h"
#include "bench/verify/expectations.h"
#include "bench/verify/expected.h"
#include "bench/verify/peers.h"
#include "bench/verify/subject.h"
#include "harness/engine/engine.h"
#include "harness/engine/path.h"
#include "harness/network/sockets.h"
#include "results/files/fd.h"

namespace splicebench {

/// One transfer with both its ends.
struct Script {
  Writing writing;
  Reading reading;
  std::uint64_t limit = kNever;
  /// The engine stops here as at a limit; then `meanwhile` happens, and it goes on.
  std::uint64_t pause_at = kNever;
  std::function<void()> meanwhile;
  bool queued = false;  ///< the engine begins when the source holds bytes
  std::vector<Injection> injections;
  bool storm = false;  ///< a signal every 300 us interrupts the engine's calls
  /// None: all bytes up to the limit, then Ended::limit, or Ended::eof where the source has fewer.
  std::optional<Expected> expected;
  /// In place of that, when the engine made a call for an injected error. One that did not must
  /// have ended as ever.
  std::optional<Expected> when_injected;
};

/// What a transfer cost beside its outcome.
struct Cost {
  /// Of the process, whatever threads the engine has, without the suite's own writer and reader.
  /// (Of a storm and of injections the own part is in it.)
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::int64_t memory_bytes = 0;  ///< growth of the process's peak resident size
  std::int64_t injected = 0;      ///< errors injected
  Interruptions interrupted;      ///< by a storm
};

class Trial : public Expectations {
 public:
  /// Opens the path. Throws std::system_error.
  Trial(const Subject& subject, const std::string& file_dir);

  const Subject& subject() const { return subject_; }
  const std::string& file_dir() const { return file_dir_; }
  PathEnds& ends() { return ends_; }
  bool has_writer() const { return subject_.path->kinds.has_writer(); }
  bool has_reader() const { return static_cast<bool>(ends_.reader); }

  /// Writes the content to the source of `ends`, or into it where it is a file.
  static void feed(PathEnds& ends, const Writing& writing);

  /// Another file or device takes the sink's place.
  void replace_sink(Fd sink);
  /// Another socket pair takes the sink's place: the relay's end, then the reader's.
  void replace_sink(Fd sink, Fd reader);
  /// Another socket pair takes the source's place: the writer's end, then the relay's.
  void replace_source(Fd writer, Fd source);
  /// Fresh ends of the same path: the next connection.
  void reopen();

  /// Blocking or not, each on its own, whatever the handling says.
  void set_blocking(bool source, bool sink);
  /// Makes all buffers between writer and reader small.
  void shrink();
  /// Those between relay and reader alone.
  void shrink_sink();

  /// Plays the script: writer and reader in threads, the engine in another; then looks at
  /// everything that must hold whatever happened: the balance, every delivered byte, every byte
  /// left in the source, file offset, number of open descriptors, and what drive() looks at. May
  /// be called again: the next connection of the same process.
  Outcome relay(const Script& script);

  /// Of the last relay().
  const Cost& cost() const { return cost_; }

  /// A new engine on the descriptors, prepared. Throws NotApplicable where a loop of several flows
  /// is under test, which lends engines itself.
  std::unique_ptr<Engine> engine(int source, int sink);

  /// Runs `engine`, which holds `held` bytes, as the subject's handling asks for until it ends
  /// otherwise than by would_block. Looks at the balance and at the flags of both descriptors.
  Outcome drive(Engine& engine, int source, int sink, std::uint64_t limit, std::uint64_t held = 0);

  /// Closes both ends: no descriptor may be left of whatever was done.
  void finish();

  void expect_outcome(const Expected& expected, const Outcome& seen);

  /// The last relay() took no memory but its engine's buffer.
  void expect_bounded_memory();

 private:
  /// Moves at most so many bytes.
  using Move = std::function<Outcome(std::uint64_t limit)>;

  Outcome run_engine(const Script& script);
  Outcome run_one(const Script& script);
  Outcome run_among_others(const Script& script);
  Outcome play(const Move& move, const Script& script);
  void expect_delivered(const Outcome& outcome);
  void look_at_source(const Script& script, const Outcome& outcome);
  void look_at_file(std::uint64_t offset, const Outcome& outcome);

  /// What nobody may change behind the caller's back.
  struct Flags {
    int descriptor = 0;
    int status = 0;
  };
  struct PairFlags {
    Flags source;
    Flags sink;
  };
  static PairFlags flags_of(int source, int sink);
  void expect_same_flags(const PairFlags& before, int source, int sink);

  Subject subject_;
  std::string file_dir_;
  std::size_t descriptors_ = 0;  ///< open before the ends were
  std::optional<TcpPairs> source_pairs_;
  std::optional<TcpPairs> sink_pairs_;
  PathEnds ends_;
  PairFlags flags_;  ///< as the script wants them
  std::optional<AmongFlows> others_;
  Cost cost_;
};

}  // namespace splicebench
