#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "tcp-to-tcp",
    "a loopback TCP connection into another",
    Sink::socket,
    [](const std::string&) { return to_socket(tcp_pair(), tcp_pair()); },
});

}  // namespace

}  // namespace splicebench
