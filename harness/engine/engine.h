#pragma once

// The engine contract: a way to move bytes from a source descriptor to a sink descriptor.
//
// The contract speaks of bytes and ends, not of calls: an engine may loop over read and write, keep
// a completion queue, or have the kernel move the bytes by itself (a BPF sockmap) and only wait for
// them. Beside transfer() nothing runs inside the clock; everything an engine needs it gets in
// prepare().

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/wire/control.h"

namespace splicebench {

enum class Ended {
  limit,        ///< as many bytes as asked for were delivered
  eof,          ///< the source ended; all it gave was delivered
  would_block,  ///< only with Waiting::give_back
  error,
};

enum class Side { none, source, sink };

/// How a transfer came to its end. Whatever it was: left before + in = out + left.
struct Outcome {
  Ended ended = Ended::limit;
  std::uint64_t in = 0;    ///< bytes this call took from the source
  std::uint64_t out = 0;   ///< bytes this call put into the sink
  std::uint64_t left = 0;  ///< bytes the engine holds: taken, not yet delivered
  Side side = Side::none;  ///< of an error; with would_block: the side to wait for
  int error = 0;           ///< errno of an error
};

enum class Waiting {
  poll,       ///< wait inside for a descriptor that is not ready: a relay of one connection
  give_back,  ///< return would_block instead; a later call goes on: an event loop of many
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// Outside the clock, once, before the first transfer: pipes, buffers, registration. The
  /// descriptors stay the caller's; their flags are not changed. They may be blocking or not.
  /// Throws std::system_error when not even read and write could work.
  virtual void prepare(int source, int sink) = 0;

  /// Goes on with another pair of connected stream sockets; only while it holds nothing. An event
  /// loop lends one engine to many connections in turn, so that an idle one holds neither buffer
  /// nor pipe. Engines with memory override it and keep that. Throws as prepare().
  virtual void rebind(int source, int sink) { prepare(source, sink); }

  /// Takes at most `limit` bytes from the source (like Go's io.LimitedReader: what is over stays in
  /// it) and delivers them. EINTR and short transfers are no ends. Allocates nothing.
  virtual Outcome transfer(std::uint64_t limit, Waiting waiting) = 0;

  /// What prepare() got, bytes by name ("pipe", "buffer").
  virtual std::map<std::string, std::int64_t> granted() const = 0;

  /// Calls so far; the caller takes differences.
  const Calls& calls() const { return calls_; }

 protected:
  Calls calls_;
};

/// Waits until poll(2) says `events` (or an error, which the next call on `fd` will report) and
/// counts it.
void wait_for(int fd, short events, Calls& calls);

struct EngineParameter {
  std::string name;
  std::int64_t initial = 0;  ///< bytes
  std::int64_t most = 0;     ///< bytes; more is refused
  std::string help;
};

struct EngineInfo {
  std::string name;
  std::string help;  ///< one line
  std::vector<EngineParameter> parameters;
  /// `values` holds every parameter.
  std::function<std::unique_ptr<Engine>(const std::map<std::string, std::int64_t>& values)> make;
  int descriptors = 0;  ///< that each engine opens: what a relay of many must keep room for
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
  std::map<std::string, std::int64_t> values;  ///< every parameter of the engine

  std::unique_ptr<Engine> make() const { return engine->make(values); }
};

/// Throws UsageError that names `flag` and what is unknown, and lists what there is.
Mode parse_mode(const std::string& text, const std::string& flag = "--modes");

}  // namespace splicebench
