#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "tcp-to-tcp",
    "a loopback TCP connection into another",
    Sink::socket,
    [](const PathPlace& place) { return to_socket(tcp_source(place), tcp_sink(place)); },
});

}  // namespace

}  // namespace splicebench
