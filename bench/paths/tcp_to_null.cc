#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "tcp-to-null",
    "a loopback TCP connection into /dev/null",
    Sink::null,
    [](const PathPlace& place) { return to_null(tcp_source(place)); },
});

}  // namespace

}  // namespace splicebench
