#include "bench/paths/ends.h"

namespace splicebench {

namespace {

const RegisterPath registration({
    "unix-to-file",
    "an AF_UNIX stream into a new file in --file-dir",
    Sink::file,
    [](const PathPlace& place) { return to_file(unix_pair(), place.file_dir); },
});

}  // namespace

}  // namespace splicebench
