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

/// What went wrong, one sentence; empty: nothing.
template <typename Answer>
std::string ask(const RelayTask& task, int control, const char* who, Answer& answer) {
  Transfer question;
  question.connection = task.connection;
  question.asks = true;
  if (send(control, question) && receive(control, answer)) return {};
  return fmt::format("the {} {} when it was asked", who, why_not_received(errno));
}

}  // namespace

void prepare_reader(const RelayTask& task) {
  prepare_peer(kReaderControlFd, "reader", task, task.reader_cpus, task.reader_apart);
}

void prepare_writer(const RelayTask& task) {
  prepare_peer(kWriterControlFd, "writer", task, task.writer_cpus, task.writer_apart);
}

std::string ask_writer(const RelayTask& task, PeerReport& writer) {
  PeerReport told;
  std::string error = ask(task, kWriterControlFd, "writer", told);
  writer.socket = told.socket;
  return error;
}

std::string ask_flows(const RelayTask& task, RelayReport& report) {
  FlowReport told;
  std::string error;
  if (task.kinds.has_reader()) {
    error = ask(task, kReaderControlFd, "reader", told);
    report.reader.socket = told.socket;
    if (report.flows) report.flows->rates = told.rates;
  }
  if (!error.empty() || !task.kinds.has_writer()) return error;
  error = ask(task, kWriterControlFd, "writer", told);
  report.writer.socket = told.socket;
  return error;
}

double round_trip_to_reader(const RelayTask& task) {
  std::vector<double> times;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    const double asked = monotonic_seconds();
    PeerReport one;
    FlowReport many;
    const std::string error = task.flows == 1 ? ask(task, kReaderControlFd, "reader", one)
                                              : ask(task, kReaderControlFd, "reader", many);
    if (!error.empty()) throw std::runtime_error(error);
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
