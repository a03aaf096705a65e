#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "harness/engine/engine.h"
#include "harness/wire/control.h"

namespace splicebench {

/// What moves the bytes of a sample between the relay's descriptors.
class Mover {
 public:
  virtual ~Mover() = default;

  /// What its engines got. Throws as ready_with().
  virtual RelayReady ready() const = 0;

  /// Takes `bytes` from the sources to the sinks, all flows alike; inside the clock. Returns what
  /// all did together, of an error the first's. Throws when there is no engine to be had.
  virtual Outcome move(std::uint64_t bytes) = 0;
  /// Of the last move(), as PeerReport's, where there is no reader.
  virtual std::array<double, kMarks> marks() const = 0;

  /// So far.
  virtual Calls calls() const = 0;
  /// Of the last move(), by a mover of many flows; the rates only where there is no reader.
  virtual std::optional<FlowFacts> flows() const { return std::nullopt; }
};

/// `sources` and `sinks` belong together by their place. Throws as Engine::prepare.
std::unique_ptr<Mover> make_mover(const Mode& mode, const RelayTask& task,
                                  const std::vector<int>& sources, const std::vector<int>& sinks);

}  // namespace splicebench
