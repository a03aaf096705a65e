#pragma once

// Where a process of a sample runs: here, or on a host with an agent.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/hosts/data_ends.h"
#include "harness/system/members.h"

namespace splicebench {

/// What is started.
enum class Part : std::uint32_t { writer, reader, relay, two_way_relay, echo, pinger };

/// A connection that the started process gets as descriptor `to`.
struct DataEnd {
  std::uint32_t connection = 0;
  std::int32_t to = -1;
};

/// Connections that come to a listener of the host, or go out to `target`.
struct ComingEnds {
  std::uint32_t listener = 0;
  std::vector<DataEnd> ends;
};
struct GoingEnds {
  Address target;
  std::vector<DataEnd> ends;
};

struct StartPlan {
  Part part = Part::writer;
  std::vector<InheritedFd> held{};  ///< of this process; on its own host alone
  int watched = -1;  ///< likewise: readable once nobody comes any more, or none is wanted
  // Between hosts: made, and then waited for, when the process is started.
  std::vector<ComingEnds> coming{};
  std::vector<GoingEnds> going{};
  Token token{};
  SocketSettings sockets{};
  bool nonblocking = false;  ///< its data connections
  double seconds = 0;        ///< in which they must be there
};

/// A control socket of the started process, which gets it as descriptor `to`.
struct ControlEnd {
  Fd socket;
  int to = -1;
};

class Host {
 public:
  virtual ~Host() = default;

  /// Starts the process with its control sockets. Connections that came and were not its own are
  /// added to `strangers`. Throws SampleFailed that names the host where that is another (its
  /// connections were not there in time), Interrupted, and of this process std::system_error.
  virtual std::unique_ptr<Actor> start(const StartPlan& plan, std::vector<ControlEnd> controls,
                                       std::int64_t& strangers) = 0;
};

}  // namespace splicebench
