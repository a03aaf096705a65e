#include "harness/sample/cast.h"

#include <fmt/format.h>

#include <cerrno>

#include "harness/network/link.h"
#include "harness/network/sockets.h"

namespace splicebench {

Cast::Cast(std::vector<PathEnds> connections, const Programs& programs, const Link* link) {
  SocketPair relay = control_pair();
  SocketPair writer = control_pair();
  SocketPair reader = control_pair();
  control_ = members_.keep(std::move(relay.first));
  std::vector<InheritedFd> relay_fds{{relay.second.get(), kControlFd}};
  std::vector<InheritedFd> writer_fds{{writer.second.get(), kControlFd}};
  std::vector<InheritedFd> reader_fds{{reader.second.get(), kControlFd}};
  for (std::uint32_t i = 0; i < connections.size(); ++i) {
    const PathEnds& ends = connections[i];
    if (ends.source) {
      relay_fds.push_back({ends.source.get(), source_fd(i)});
      relay_fds.push_back({ends.sink.get(), sink_fd(i)});
    }
    if (ends.writer) writer_fds.push_back({ends.writer.get(), data_fd(i)});
    if (ends.reader) reader_fds.push_back({ends.reader.get(), data_fd(i)});
  }
  if (connections.front().writer) {
    start("writer", programs.writer, writer_fds, link == nullptr ? -1 : link->writer());
    relay_fds.push_back({writer.first.get(), kWriterControlFd});
  }
  if (connections.front().reader) {
    start("reader", programs.reader, reader_fds, link == nullptr ? -1 : link->reader());
    relay_fds.push_back({reader.first.get(), kReaderControlFd});
  }
  start("relay", programs.relay, relay_fds, link == nullptr ? -1 : link->relay());
}

void Cast::start(const char* name, const std::string& program, const std::vector<InheritedFd>& fds,
                 int network) {
  SpawnRequest request;
  request.program = program;
  request.fds = fds;
  request.environment = minimal_environment();
  request.network = network;
  members_.start(name, std::move(request));
}

void Cast::tell(const RelayTask& task, double deadline) {
  members_.set_deadline(deadline);
  if (!send(control_, task))
    throw SampleFailed(members_.who_died("the relay was gone before it got its task"));
}

void Cast::let_go() { send(control_, RelayGo()); }

RelayReady Cast::hear_ready() {
  RelayReady ready;
  members_.wait_for_message(control_, "before all were ready");
  if (!receive(control_, ready)) throw SampleFailed(relay_silent(errno, "it was ready"));
  return ready;
}

RelayReport Cast::hear_report() {
  RelayReport report;
  members_.wait_for_message(control_, "before the report");
  if (!receive(control_, report)) throw SampleFailed(relay_silent(errno, "its report"));
  return report;
}

std::string Cast::relay_silent(int error, const char* phase) {
  return members_.who_died(fmt::format("the relay {} before {}", why_not_received(error), phase));
}

}  // namespace splicebench
