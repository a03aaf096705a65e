// io_uring, a receive into one buffer or into several.

#include "bench/engines/ring/ring_loop.h"
#include "bench/engines/ring/uring_engine.h"

namespace splicebench {

namespace {

using Receiving = UringEngine::Receiving;

template <Receiving kReceiving>
std::unique_ptr<Engine> make(const EngineValues& values) {
  return std::make_unique<UringEngine>(values.at("buffers"), values.at("size"), kReceiving,
                                       UringEngine::Sending::copying);
}

/// Of many flows, by one ring. Null: there is none here.
std::unique_ptr<FlowLoop> make_loop(const EngineValues& values, const LoopSetting& setting) {
  std::unique_ptr<RingLoop> loop =
      std::make_unique<RingLoop>(setting, static_cast<unsigned>(values.at("buffers")),
                                 static_cast<std::size_t>(values.at("size")));
  return loop->open() == 0 ? std::move(loop) : nullptr;
}

const RegisterEngine plain({
    .name = "uring",
    .help = "io_uring: one receive that goes on, into a ring of buffers, and a send at a time",
    .parameters = UringEngine::parameters(),
    .make = make<Receiving::one_buffer>,
    .make_loop = make_loop,
    .unavailable = why_no_ring,
    .descriptors = 1,
});

const RegisterEngine bundle({
    .name = "uring:bundle",
    .help = "uring, where a receive may fill several buffers",
    .parameters = UringEngine::parameters(),
    .make = make<Receiving::bundles>,
    .unavailable = why_no_bundles,
    .descriptors = 1,
});

}  // namespace

}  // namespace splicebench
