#include "bench/paths/ends.h"

#include <fcntl.h>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

PathEnds from(SocketPair source) {
  set_nonblocking(source.second.get());
  PathEnds ends;
  ends.writer = std::move(source.first);
  ends.source = std::move(source.second);
  return ends;
}

}  // namespace

SocketPair tcp_source(const PathPlace& place) {
  return place.link == nullptr ? tcp_pair() : place.link->writer_to_relay();
}

SocketPair tcp_sink(const PathPlace& place) {
  return place.link == nullptr ? tcp_pair() : place.link->reader_to_relay();
}

PathEnds to_socket(SocketPair source, SocketPair sink) {
  PathEnds ends = from(std::move(source));
  set_nonblocking(sink.second.get());
  ends.sink = std::move(sink.second);
  ends.reader = std::move(sink.first);
  return ends;
}

PathEnds to_file(SocketPair source, const std::string& file_dir) {
  PathEnds ends = from(std::move(source));
  ends.sink = nameless_file(file_dir);
  return ends;
}

PathEnds to_null(SocketPair source) {
  PathEnds ends = from(std::move(source));
  ends.sink = Fd(check(::open("/dev/null", O_WRONLY | O_CLOEXEC), "open", "/dev/null"));
  return ends;
}

}  // namespace splicebench
