#include "bench/paths/paths.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "harness/network/sockets.h"
#include "harness/system/nameless_file.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// The same file with an offset of its own, at its begin.
Fd opened_anew(int file) {
  const std::string name = fmt::format("/proc/self/fd/{}", file);
  return Fd(check(::open(name.c_str(), O_RDONLY | O_CLOEXEC), "open again", name));
}

/// `first` is the writer's end.
SocketPair open_source(EndKind kind, const PathPlace& place) {
  if (kind == EndKind::file) {
    return {Fd(),
            place.source_file < 0 ? nameless_file(place.file_dir) : opened_anew(place.source_file)};
  }
  if (kind == EndKind::unix_stream) return unix_pair(place.sockets);
  if (place.without_tcp) return {};
  return place.source_pairs == nullptr ? tcp_pair(place.sockets) : place.source_pairs->next();
}

/// `first` is the reader's end.
SocketPair open_sink(EndKind kind, const PathPlace& place) {
  switch (kind) {
    case EndKind::tcp:
      if (place.without_tcp) return {};
      return place.sink_pairs == nullptr ? tcp_pair(place.sockets) : place.sink_pairs->next();
    case EndKind::unix_stream:
      return unix_pair(place.sockets);
    case EndKind::file:
      return {Fd(), nameless_file(place.file_dir)};
    case EndKind::null:
      break;
  }
  return {Fd(), Fd(check(::open("/dev/null", O_WRONLY | O_CLOEXEC), "open", "/dev/null"))};
}

/// A path is a line of the table below: its kinds say how it is opened.
PathInfo between(EndKind source, EndKind sink, const char* help) {
  const PathKinds kinds{source, sink};
  PathInfo path{kinds, help, [kinds](const PathPlace& place) {
                  SocketPair in = open_source(kinds.source, place);
                  SocketPair out = open_sink(kinds.sink, place);
                  if (in.second) set_nonblocking(in.second.get());
                  if (out.second && kinds.has_reader()) set_nonblocking(out.second.get());
                  return PathEnds{std::move(in.first), std::move(in.second), std::move(out.second),
                                  std::move(out.first)};
                }};
  if (kinds.has_writer() && kinds.has_reader()) {
    path.open_direct = [sink](const PathPlace& place) {
      SocketPair only = open_sink(sink, place);
      return PathEnds{std::move(only.second), Fd(), Fd(), std::move(only.first)};
    };
  }
  return path;
}

}  // namespace

const std::vector<PathInfo>& paths() {
  static const std::vector<PathInfo> all = {
      between(EndKind::tcp, EndKind::tcp, "a loopback TCP connection into another"),
      between(EndKind::tcp, EndKind::unix_stream,
              "a loopback TCP connection into an AF_UNIX stream"),
      between(EndKind::unix_stream, EndKind::tcp,
              "an AF_UNIX stream into a loopback TCP connection"),
      between(EndKind::unix_stream, EndKind::unix_stream, "an AF_UNIX stream into another"),
      between(EndKind::file, EndKind::tcp,
              "a file in --file-dir, in the page cache, into a loopback TCP connection"),
      between(EndKind::file, EndKind::unix_stream,
              "a file in --file-dir, in the page cache, into an AF_UNIX stream"),
      between(EndKind::tcp, EndKind::file,
              "a loopback TCP connection into a new file in --file-dir"),
      between(EndKind::unix_stream, EndKind::file,
              "an AF_UNIX stream into a new file in --file-dir"),
      between(EndKind::tcp, EndKind::null, "a loopback TCP connection into /dev/null"),
      between(EndKind::unix_stream, EndKind::null, "an AF_UNIX stream into /dev/null"),
  };
  return all;
}

const PathInfo& path_named(const std::string& name) {
  std::string known;
  for (const PathInfo& path : paths()) {
    if (path.name() == name) return path;
    known += (known.empty() ? "" : ", ") + path.name();
  }
  throw UsageError(fmt::format("--paths: there is no path '{}'; choose from: {}", name, known));
}

}  // namespace splicebench
