#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "tcp-to-file",
    "a loopback TCP connection into a new file in --file-dir",
    Sink::file,
    [](const std::string& file_dir) { return to_file(tcp_pair(), file_dir); },
});

}  // namespace

}  // namespace splicebench
