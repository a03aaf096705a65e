#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "tcp-to-file",
    "a loopback TCP connection into a new file in --file-dir",
    Sink::file,
    [](const PathPlace& place) { return to_file(tcp_source(place), place.file_dir); },
});

}  // namespace

}  // namespace splicebench
