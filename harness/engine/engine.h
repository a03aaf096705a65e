#pragma once

// The engine contract: a way to move bytes from a source descriptor to a sink descriptor.
//
// The contract speaks of bytes and ends, not of calls: an engine may loop over read and write, keep
// a completion queue, or have the kernel move the bytes by itself (a BPF sockmap) and only wait for
// them. An engine does not wait: it says what for, and the driver (harness/engine/driver.h) waits.
// Beside transfer() and that wait nothing runs inside the clock; everything an engine needs it gets
// in prepare(). bench/engines/skeleton.cc is one to copy.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "results/model/granted.h"
#include "results/model/path_kinds.h"
#include "results/model/usage.h"

namespace splicebench {

enum class Ended {
  limit,        ///< as many bytes as asked for were delivered
  eof,          ///< the source ended; all it gave was delivered
  would_block,  ///< nothing more can be done before `awaited` happens; a later call goes on
  error,
};

enum class Side { none, source, sink };

/// Events of poll(2) on a descriptor: the source, the sink, or one of the engine's own (a ring).
struct Awaited {
  int fd = -1;
  short events = 0;
};

/// How a transfer came to its end. Whatever it was: left before + in = out + left.
struct Outcome {
  Ended ended = Ended::limit;
  std::uint64_t in = 0;    ///< bytes this call took from the source
  std::uint64_t out = 0;   ///< bytes this call put into the sink
  std::uint64_t left = 0;  ///< bytes the engine holds: taken, not yet delivered
  Side side = Side::none;  ///< of an error
  int error = 0;           ///< errno of an error
  Awaited awaited;         ///< of would_block
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// Outside the clock, once, before the first transfer: pipes, buffers, registration. The
  /// descriptors stay the caller's; their flags are not changed. They may be blocking or not.
  /// Throws std::system_error when not even read and write could work.
  virtual void prepare(int source, int sink) = 0;
  /// Outside the clock, for who has the time: faults in the memory that transfers will use. Without
  /// it that is done page by page as bytes come.
  virtual void touch() {}

  /// Goes on with another pair of connected stream sockets; only while it holds nothing. An event
  /// loop lends one engine to many connections in turn, so that an idle one holds neither buffer
  /// nor pipe. Engines with memory override it and keep that. Throws as prepare().
  virtual void rebind(int source, int sink) { prepare(source, sink); }

  /// Takes at most `limit` bytes from the source (like Go's io.LimitedReader: what is over stays in
  /// it) and delivers them. EINTR and short transfers are no ends. Waits for nothing, but that a
  /// call on a blocking descriptor may. Allocates nothing.
  virtual Outcome transfer(std::uint64_t limit) = 0;

  /// Waits for what transfer() awaits, by a way of its own that is cheaper. False: it has none, and
  /// `awaited` is to be polled.
  virtual bool await() { return false; }
  /// Of an engine that has a host (harness/engine/engine_host.h): after would_block that names
  /// `whom`, once it can go on. False: it has none, and `awaited` is to be polled.
  virtual bool tell([[maybe_unused]] void* whom) { return false; }

  /// It holds no bytes, and yet is to be lent to no other flow before this one has ended: it goes
  /// by what passed on this connection; or the kernel will tell its sink of bytes that it sent,
  /// which who had it next, and who sent to that sink next, would take for his own.
  virtual bool stays() const { return false; }

  /// What prepare() got. Kept in results by name, so each name once.
  virtual std::vector<Granted> granted() const { return {}; }

  /// Calls so far; the caller takes differences. All zero where EngineInfo::counts_calls is false.
  const Calls& calls() const { return calls_; }
  /// The driver has waited for what transfer() said.
  void count_wait() { ++calls_.wait; }

 protected:
  Calls calls_;
};

class EngineHost;

/// A parameter as "splice:NAME=VALUE" sets it. Values of every type are numbers.
struct EngineParameter {
  enum class Type {
    size,    ///< bytes, typed with an IEC suffix
    count,   ///< a whole number
    toggle,  ///< 1 or 0: "on", "off", or the name alone for on
    choice,  ///< a position in `choices`
  };

  static EngineParameter size(std::string name, std::int64_t initial, std::int64_t most,
                              std::string help);
  static EngineParameter count(std::string name, std::int64_t initial, std::int64_t least,
                               std::int64_t most, std::string help);
  static EngineParameter toggle(std::string name, bool initial, std::string help);
  /// The first choice is the initial one.
  static EngineParameter choice(std::string name, std::vector<std::string> choices,
                                std::string help);

  /// A size in whose place `word` may be typed: 0.
  EngineParameter or_word(std::string word) &&;

  /// What to type for a value, for help texts: "SIZE", "SIZE|auto", "N", "off|on", "this|that".
  std::string form() const;

  Type type = Type::size;
  std::string name;
  std::int64_t initial = 0;
  std::int64_t least = 0;
  std::int64_t most = 0;  ///< more is refused
  std::vector<std::string> choices;
  std::string help;
  std::string word = {};  ///< see or_word()
};

/// Every parameter of an engine by name.
using EngineValues = std::map<std::string, std::int64_t>;

inline const std::vector<EndKind> kStreams = {EndKind::tcp, EndKind::unix_stream};
inline const std::vector<EndKind> kStreamsAndFiles = {EndKind::tcp, EndKind::unix_stream,
                                                      EndKind::file, EndKind::null};

/// What an engine is called and what it can do.
struct EngineInfo {
  /// "splice"; a variant has its family's name before a colon, as "uring:bundle", and a comma
  /// before its parameters.
  std::string name;
  std::string help;  ///< one line
  std::vector<EngineParameter> parameters = {};
  /// Modes that `all` takes beside the engine as it is.
  std::vector<std::string> variants = {};
  /// Null: there is no relay between; the writer's connection ends at the reader.
  std::function<std::unique_ptr<Engine>(const EngineValues& values)> make = {};
  /// What its engines have together in a loop of many flows, in place of a ring each. Null, or
  /// returns null where it cannot be had: each has its own. Throws std::bad_alloc.
  std::function<std::unique_ptr<EngineHost>(const EngineValues& values)> make_host = {};

  // Between what it can relay.
  std::vector<EndKind> sources = kStreams;
  std::vector<EndKind> sinks = kStreams;
  /// Why it is not available here: the kernel, a privilege, a library; and what to do about it.
  /// Empty: it is. Null: it is everywhere. Asked often: cheap.
  std::function<std::string()> unavailable = {};
  bool exact_limit = true;  ///< transfer() can stop at just `limit` bytes; else it may take more
  /// A byte sent with MSG_OOB stays out of the stream (tcp(7), Urgent data); else it is among it.
  bool keeps_urgent_apart = true;
  /// When the sink fails, what was not taken is still in the source; else the kernel goes on taking
  /// until the engine is gone.
  bool spares_source = true;
  bool counts_calls = true;  ///< else what calls() says means nothing
  /// It must have both sockets before the first byte comes, as a sockmap; else an event loop lends
  /// it once bytes wait.
  bool needs_both_early = false;
  int descriptors = 0;  ///< that each engine opens, or the host of all in a thread: what a relay of
                        ///< many must keep room for

  bool relays() const { return static_cast<bool>(make); }

  /// Why it cannot relay between these: neither here nor anywhere, or not on this system. Empty: it
  /// can.
  std::string why_not(PathKinds kinds) const;
  /// The first half: "engine NAME relays from tcp to tcp or unix".
  std::string why_unfit(PathKinds kinds) const;
  /// The second, as `unavailable` has it.
  std::string why_unavailable() const { return unavailable ? unavailable() : ""; }
};

/// Every engine registers itself at the end of its file.
struct RegisterEngine {
  explicit RegisterEngine(EngineInfo info);
};

/// All that are linked in, by name.
const std::vector<EngineInfo>& engines();

/// An engine with its parameters, from "splice" or "splice:pipe=64KiB,...".
struct Mode {
  std::string text;  ///< as typed
  const EngineInfo* engine = nullptr;
  EngineValues values;

  std::unique_ptr<Engine> make() const { return engine->make(values); }
};

/// Throws UsageError that names `flag` and what is unknown, and lists what there is.
Mode parse_mode(const std::string& text, const std::string& flag = "--modes");

/// Throws UsageError that names `flag` where the mode has no relay in it and one is needed.
void require_relay(const Mode& mode, const std::string& flag = "--modes");

}  // namespace splicebench
