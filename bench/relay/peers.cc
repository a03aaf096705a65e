#include "bench/relay/peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "harness/system/process.h"

namespace splicebench {

namespace {

/// Messages that time the way to a reader on another host.
constexpr std::size_t kQuestions = 3;

template <typename Question, typename Answer>
void prepare(int control, const char* who, const Question& question, Answer answer) {
  if (!send(control, question) || !receive(control, answer)) {
    throw std::runtime_error(
        fmt::format("the {} {} before it was ready", who, why_not_received(errno)));
  }
  if (answer.error != 0) {
    throw std::runtime_error(
        fmt::format("the {} could not get ready: {}", who, std::strerror(answer.error)));
  }
}

void prepare_peer(int control, const char* who, const RelayTask& task, const cpu_set_t& cpus,
                  bool apart) {
  if (task.connection == 0)
    prepare(control, who, PeerTask{task.chunk, task.flows, task.peer_threads, cpus, apart},
            PeerReady());
  if (task.flows == 1) return;
  Transfer open;
  open.connection = task.connection;
  prepare(control, who, open, PeerReport());
}

Transfer question_of(const RelayTask& task) {
  Transfer question;
  question.connection = task.connection;
  question.asks = true;
  return question;
}

}  // namespace

void prepare_reader(const RelayTask& task) {
  prepare_peer(kReaderControlFd, "reader", task, task.reader_cpus, task.reader_apart);
}

void prepare_writer(const RelayTask& task) {
  prepare_peer(kWriterControlFd, "writer", task, task.writer_cpus, task.writer_apart);
}

bool ask_writer(const RelayTask& task, std::optional<SocketFacts>& socket) {
  PeerReport answer;
  if (!send(kWriterControlFd, question_of(task)) || !receive(kWriterControlFd, answer))
    return false;
  socket = answer.socket;
  return true;
}

double round_trip_to_reader(const RelayTask& task) {
  const Transfer question = question_of(task);
  std::vector<double> times;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    const double asked = monotonic_seconds();
    prepare(kReaderControlFd, "reader", question, PeerReport());
    times.push_back(monotonic_seconds() - asked);
  }
  std::sort(times.begin(), times.end());
  return middle_of(times);
}

void rebase(PeerReport& reader, double started) {
  for (double& mark : reader.marks) mark += started - reader.started;
  reader.started = started;
}

}  // namespace splicebench
