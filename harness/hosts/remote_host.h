#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/hosts/hosts.h"
#include "harness/hosts/reach/frame_stream.h"
#include "harness/hosts/reach/reach.h"
#include "harness/hosts/requests.h"
#include "harness/machine/neighbours.h"

namespace splicebench {

/// A host with an agent. Its end ends the agent, which ends all that it started.
class RemoteHost : public Host {
 public:
  /// The others of its run, asked for when a process is started: without one of them its
  /// connections would not come.
  using Others = std::function<std::vector<const RemoteHost*>()>;

  /// Waits for the agent until `deadline` (seconds of CLOCK_MONOTONIC), and later `patience`
  /// seconds for an answer that needs no connection; `name` ("ssh://a") is for sentences. Throws
  /// SampleFailed: it did not come (ssh's own words), or is of another version; Interrupted.
  RemoteHost(std::string name, AgentProcess process, double deadline, double patience,
             Others others);
  ~RemoteHost() override;

  const HostHello& hello() const { return hello_; }
  const std::string& name() const { return name_; }
  /// "host ssh://a was last heard 4 s ago (...)" where that is longer than its beats are apart.
  std::string silence() const;
  /// Why it can be used no more, one sentence; empty while it can.
  std::string trouble() const;

  // Throw SampleFailed that names the host, and Interrupted.

  std::unique_ptr<HostListener> listen(const ListenRequest& request);
  /// It listens when it is there.
  std::unique_ptr<HostRelay> start_relay(const RelayRequest& request);
  /// As require_half_close() there, where both ends are on that host.
  void try_half_close(const RelayRequest& request);
  /// As version_by() there (foreign/relay_version.h).
  std::string version_by(const std::string& command);

  /// The host's own address on the way to `peer`.
  std::string route(const Address& peer);
  /// As read_host_facts() there.
  HostFacts facts(const std::string& own, const std::string& peer);
  /// As read_load() there.
  LoadReading load();
  /// As EngineInfo::why_unavailable() there, of the engine of `mode`.
  std::string why_unavailable(const std::string& mode);
  std::unique_ptr<Actor> start(const StartPlan& plan, std::vector<ControlEnd> controls,
                               std::int64_t& strangers) override;

 private:
  class Listener;
  class Relay;
  class Remote;
  struct State;

  /// Of an answer beyond what it waits for there, seconds: the way, and a slow host.
  static constexpr double kBeyond = 15;
  /// A host that has not been heard for so many seconds has left out beats.
  static constexpr double kNoticed = 2.5;

  TreeUsage usage(std::uint32_t number);
  /// Of a process; false, too, where the host does not tell.
  bool is_stopped(std::uint32_t number);
  /// `what` is what it tells, and what was heard last once it has: "that it listens".
  /// Not waited for once one of those `needed` for it is lost, whose trouble that is.
  std::string ask(FrameKind kind, std::string payload, const std::string& what, double seconds,
                  const std::vector<const RemoteHost*>& needed = {});
  std::string ask(FrameKind kind, std::string payload, const std::string& what) {
    return ask(kind, std::move(payload), what, patience_);
  }
  void take(Frame frame);
  void end(const std::string& how);

  std::string name_;
  double patience_;
  Others others_;
  AgentProcess process_;
  std::shared_ptr<State> state_;
  HostHello hello_;
  std::uint32_t asked_ = 0;  ///< number of the last request
  std::uint32_t channels_ = 0;
  std::unique_ptr<FrameStream> stream_;
};

}  // namespace splicebench
