#pragma once

// The fields of a sample's facts (fields.h).

#include "results/files/error.h"
#include "results/json/fields.h"
#include "results/model/facts.h"

namespace splicebench {

template <Either<SocketFacts> T, typename Visit>
void fields(T& socket, Visit& visit) {
  for (const SocketCount& field : kSocketCounts) visit(field.name, socket.*field.value);
  for (const SocketTime& field : kSocketTimes) visit(field.name, socket.*field.value);
}

template <Either<ProcessFacts> T, typename Visit>
void fields(T& process, Visit& visit) {
  for (const ProcessCount& field : kProcessCounts) visit(field.name, process.*field.value);
}

/// A socket's congestion control is text to a file, and what says that there was a TCP socket.
template <typename Socket, typename Visit>
void socket_fields(const std::string& prefix, Socket& socket, Visit& visit) {
  const std::string key = prefix + "congestion";
  if constexpr (Visit::kWrites) {
    if (!socket) return;
    visit.sparse(key.c_str(), std::string(socket->congestion.data()));
    visit.group(prefix.c_str(), *socket);
  } else {
    SocketFacts facts;
    std::string congestion;
    visit.sparse(key.c_str(), congestion);
    congestion.copy(facts.congestion.data(), facts.congestion.size() - 1);
    visit.group(prefix.c_str(), facts);
    if (facts.receive_memory) socket = facts;
  }
}

template <typename Cpus, typename Visit>
void cpu_fields(Cpus& cpus, Visit& visit) {
  std::vector<std::int64_t> numbers;
  std::vector<double> busy;
  for (const CpuBusy& one : cpus) {
    if (one.cpu < 0) break;
    numbers.push_back(one.cpu);
    busy.push_back(one.seconds);
  }
  visit.sparse("cpus", numbers);
  // Differences of what /proc/stat rounds, as above.
  visit.sparse("cpu_busy_seconds", busy, Sign::any);
  if constexpr (!Visit::kWrites) {
    if (numbers.size() != busy.size() || numbers.size() > cpus.size())
      throw UsageError("cpus and cpu_busy_seconds do not fit together");
    for (std::size_t i = 0; i < numbers.size(); ++i)
      cpus[i] = {static_cast<std::int32_t>(numbers[i]), busy[i]};
  }
}

template <Either<Facts> T, typename Visit>
void fields(T& facts, Visit& visit) {
  socket_fields("writer_socket_", facts.writer, visit);
  socket_fields("source_", facts.source, visit);
  socket_fields("sink_", facts.sink, visit);
  socket_fields("reader_socket_", facts.reader, visit);
  visit.group("writer_", facts.writer_process);
  visit.group("reader_", facts.reader_process);
  visit("minor_faults", facts.relay_process.minor_faults);
  visit("major_faults", facts.relay_process.major_faults);
  for (const NetCount& field : kNetCounts) visit(field.name, facts.net.*field.value);
  cpu_fields(facts.cpus, visit);
}

}  // namespace splicebench
