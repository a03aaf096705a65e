// io_uring with sends without a copy: a buffer is filled again when the kernel has done with it,
// which it says by a completion of its own, with whether it copied after all. On loopback it does.

#include "bench/engines/ring/ring_host.h"

namespace splicebench {

namespace {

const RegisterEngine registration({
    .name = "uring:zc",
    .help = "uring, which sends without a copy; it copies where the kernel has no room for it",
    .parameters = UringEngine::parameters(4, 256 << 10),
    .make =
        [](const EngineValues& values) {
          return std::make_unique<UringEngine>(values.at("buffers"), values.at("size"),
                                               UringEngine::Receiving::one_buffer,
                                               UringEngine::Sending::without_copy);
        },
    .make_host =
        [](const EngineValues& values) {
          return make_ring_host(values, UringEngine::Receiving::one_buffer,
                                UringEngine::Sending::without_copy);
        },
    .sinks = {EndKind::tcp},
    .unavailable = why_no_zero_copy,
    .descriptors = 1,
});

}  // namespace

}  // namespace splicebench
