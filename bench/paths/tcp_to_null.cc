#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "tcp-to-null",
    "a loopback TCP connection into /dev/null",
    Sink::null,
    [](const std::string&) { return to_null(tcp_pair()); },
});

}  // namespace

}  // namespace splicebench
