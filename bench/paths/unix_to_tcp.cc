#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "unix-to-tcp",
    "an AF_UNIX stream into a loopback TCP connection",
    Sink::socket,
    [](const PathPlace& place) { return to_socket(unix_pair(), tcp_sink(place)); },
});

}  // namespace

}  // namespace splicebench
