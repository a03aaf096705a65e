#include "harness/system/socket_facts.h"

#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "results/model/usage.h"

namespace splicebench {

namespace {

/// TCP_INFO grows at its end: what an older kernel does not fill in lies beyond `got`.
template <typename Field>
bool was_given(const tcp_info& info, const Field& field, socklen_t got) {
  return reinterpret_cast<const char*>(&field + 1) - reinterpret_cast<const char*>(&info) <=
         static_cast<std::ptrdiff_t>(got);
}

void read_tcp(int fd, SocketFacts& facts) {
  tcp_info info{};
  socklen_t got = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &got) != 0) return;
  const auto count = [&](const auto& field, Count& to) {
    if (was_given(info, field, got)) to = static_cast<std::int64_t>(field);
  };
  const auto time = [&](const auto& field, std::optional<double>& to) {
    if (was_given(info, field, got)) to = static_cast<double>(field) * 1e-6;
  };
  count(info.tcpi_snd_cwnd, facts.cwnd);
  count(info.tcpi_snd_mss, facts.mss);
  count(info.tcpi_segs_out, facts.segments_out);
  count(info.tcpi_total_retrans, facts.retransmits);
  count(info.tcpi_dsack_dups, facts.spurious);
  count(info.tcpi_delivery_rate, facts.delivery_rate);
  count(info.tcpi_reordering, facts.reordering);
  time(info.tcpi_busy_time, facts.busy_seconds);
  time(info.tcpi_rwnd_limited, facts.receiver_limited);
  time(info.tcpi_sndbuf_limited, facts.sender_limited);
  socklen_t size = static_cast<socklen_t>(facts.congestion.size()) - 1;
  ::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, facts.congestion.data(), &size);
}

/// It is no state, but grows.
bool is_counted(Count SocketFacts::*value) {
  return value == &SocketFacts::segments_out || value == &SocketFacts::retransmits ||
         value == &SocketFacts::spurious;
}

template <typename Value>
void add(const std::optional<Value>& one, std::optional<Value>& all) {
  if (all && one) {
    *all += *one;
  } else {
    all.reset();
  }
}

template <typename Value>
void subtract(std::optional<Value>& later, const std::optional<Value>& earlier) {
  if (later && earlier) {
    *later -= *earlier;
  } else {
    later.reset();
  }
}

}  // namespace

std::optional<SocketFacts> facts_of(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return std::nullopt;
  SocketFacts facts;
  facts.receive_memory = memory[SK_MEMINFO_RMEM_ALLOC];
  facts.receive_buffer = memory[SK_MEMINFO_RCVBUF];
  facts.send_memory = memory[SK_MEMINFO_WMEM_ALLOC];
  facts.send_buffer = memory[SK_MEMINFO_SNDBUF];
  int waiting = 0;
  if (::ioctl(fd, SIOCINQ, &waiting) == 0) facts.receive_queue = waiting;
  read_tcp(fd, facts);
  return facts;
}

std::optional<SocketFacts> facts_of(const std::vector<int>& fds) {
  std::optional<SocketFacts> all;
  for (const int fd : fds) {
    const std::optional<SocketFacts> one = facts_of(fd);
    if (!one) return std::nullopt;
    if (!all) {
      all = one;
      continue;
    }
    for (const SocketCount& field : kSocketCounts) add((*one).*field.value, (*all).*field.value);
    for (const SocketTime& field : kSocketTimes) add((*one).*field.value, (*all).*field.value);
  }
  if (!all) return all;
  for (const SocketCount& field : kSocketCounts) {
    Count& count = (*all).*field.value;
    if (count && !is_counted(field.value)) *count /= std::ssize(fds);
  }
  return all;
}

std::optional<SocketFacts> facts_between(const std::optional<SocketFacts>& earlier,
                                         const std::optional<SocketFacts>& later) {
  if (!earlier || !later) return std::nullopt;
  SocketFacts between = *later;
  for (const SocketCount& field : kSocketCounts) {
    if (is_counted(field.value)) subtract(between.*field.value, (*earlier).*field.value);
  }
  for (const SocketTime& field : kSocketTimes)
    subtract(between.*field.value, (*earlier).*field.value);
  return between;
}

ProcessFacts process_facts() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return {};
  return {usage.ru_nvcsw, usage.ru_nivcsw, usage.ru_minflt, usage.ru_majflt};
}

ProcessFacts operator-(const ProcessFacts& later, const ProcessFacts& earlier) {
  ProcessFacts between;
  for (const ProcessCount& field : kProcessCounts)
    between.*field.value = difference(later.*field.value, earlier.*field.value);
  return between;
}

}  // namespace splicebench
