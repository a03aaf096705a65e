// io_uring, a receive into one buffer or into several.

#include "bench/engines/ring/ring_host.h"
#include "bench/engines/ring/uring_engine.h"

namespace splicebench {

namespace {

using Receiving = UringEngine::Receiving;

constexpr std::int64_t kMiB = 1 << 20;

template <Receiving kReceiving>
std::unique_ptr<Engine> make(const EngineValues& values) {
  return std::make_unique<UringEngine>(values.at("buffers"), values.at("size"), kReceiving,
                                       UringEngine::Sending::copying);
}

template <Receiving kReceiving>
std::unique_ptr<EngineHost> make_host(const EngineValues& values) {
  return make_ring_host(values, kReceiving, UringEngine::Sending::copying);
}

const RegisterEngine plain({
    .name = "uring",
    .help = "io_uring: one receive that goes on, into a ring of buffers, and a send at a time",
    .parameters = UringEngine::parameters(2, kMiB),
    .make = make<Receiving::one_buffer>,
    .make_host = make_host<Receiving::one_buffer>,
    .unavailable = why_no_ring,
    .descriptors = 1,
});

const RegisterEngine bundle({
    .name = "uring:bundle",
    .help = "uring, where a receive may fill several buffers",
    .parameters = UringEngine::parameters(4, kMiB / 2),
    .make = make<Receiving::bundles>,
    .make_host = make_host<Receiving::bundles>,
    .unavailable = why_no_bundles,
    .descriptors = 1,
});

}  // namespace

}  // namespace splicebench
