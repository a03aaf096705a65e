#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "unix-to-tcp",
    "an AF_UNIX stream into a loopback TCP connection",
    Sink::socket,
    [](const std::string&) { return to_socket(unix_pair(), tcp_pair()); },
});

}  // namespace

}  // namespace splicebench
