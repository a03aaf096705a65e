#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "unix-to-null",
    "an AF_UNIX stream into /dev/null",
    Sink::null,
    [](const PathPlace&) { return to_null(unix_pair()); },
});

}  // namespace

}  // namespace splicebench
