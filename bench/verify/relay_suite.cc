#include "bench/verify/relay_suite.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <thread>

#include "bench/verify/dialogues.h"
#include "bench/verify/expectations.h"
#include "harness/foreign/foreign_link.h"
#include "harness/foreign/relay_command.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"

namespace splicebench {

namespace {

constexpr double kStartSeconds = 10;
constexpr double kStall = 1;              ///< seconds
constexpr double kIdleRelayShare = 0.05;  ///< of a stall that a relay may compute
constexpr double kHeldBack = 0.1;         ///< seconds; a kernel told that more comes waits for 0.2

/// A relay, and a client and a server connected through it.
class RelayTrial : public Expectations {
 public:
  explicit RelayTrial(const ForeignRelayPlan& plan)
      : link_(plan, monotonic_seconds() + kStartSeconds), ends_(link_.take_ends()) {}

  Fd& client() { return ends_.writer; }
  Fd& server() { return ends_.reader; }

  double cpu_seconds() { return usage_below(link_.relay().root()).seconds; }

 private:
  ForeignLink link_;
  PathEnds ends_;
};

/// One way; the end must come behind the last byte.
void one_way(RelayTrial& trial, Fd& from, Fd& to, const Writing& writing, const Reading& reading) {
  std::thread writer([&] { write_content(from, writing); });
  const Arrived arrived = read_content(to, reading);
  writer.join();
  trial.expect_all_arrived("at the other end", writing.bytes, arrived);
}

Writing written(std::uint64_t bytes, std::size_t size) {
  Writing writing;
  writing.bytes = bytes;
  writing.size = size;
  return writing;
}

void expect_idle(RelayTrial& trial, double cpu_before) {
  const double used = trial.cpu_seconds() - cpu_before;
  trial.expect(used < kIdleRelayShare * kStall,
               fmt::format("{:.4f} s of CPU time around a stall of {} s", used, kStall));
}

void relayed_writer_stalls(RelayTrial& trial) {
  Writing writing = written(200000, 10000);
  writing.stall_at = 100000;
  writing.stall = kStall;
  const double before = trial.cpu_seconds();
  one_way(trial, trial.client(), trial.server(), writing, {});
  expect_idle(trial, before);
}

void relayed_reader_stalls(RelayTrial& trial) {
  Reading reading;
  reading.stall_at = 1 << 20;
  reading.stall = kStall;
  one_way(trial, trial.client(), trial.server(), written(32 << 20, 64 << 10), reading);
}

/// The client must learn that nobody takes its bytes any more.
void relayed_reader_gone(RelayTrial& trial) {
  std::thread reader([&] {
    Reading reading;
    reading.stop_at = 100000;
    trial.expect_arrived("at the server", 100000, read_content(trial.server(), reading));
  });
  constexpr std::uint64_t kPlenty = std::uint64_t{1} << 30;
  const std::uint64_t taken = write_content(trial.client(), written(kPlenty, 64 << 10));
  reader.join();
  trial.expect(taken < kPlenty, "the client could go on writing although its reader was gone");
}

void relayed_last_piece_at_once(RelayTrial& trial) {
  constexpr std::size_t kBytes = 100;
  double quickest = 1;
  for (int i = 0; i < 5; ++i) {
    const std::string piece(kBytes, 'x');
    std::string arrived(kBytes, '\0');
    const double begin = monotonic_seconds();
    const bool sent = ::send(trial.client().get(), piece.data(), kBytes, MSG_NOSIGNAL) ==
                      static_cast<ssize_t>(kBytes);
    const ssize_t got = ::recv(trial.server().get(), arrived.data(), kBytes, MSG_WAITALL);
    trial.expect(sent && got == static_cast<ssize_t>(kBytes) && arrived == piece,
                 "100 bytes did not arrive as they were sent");
    quickest = std::min(quickest, monotonic_seconds() - begin);
  }
  trial.expect(quickest < kHeldBack, fmt::format("the last piece took {:.3f} s at best", quickest));
}

struct RelaySituation {
  std::string group;
  std::string name;
  std::function<void(RelayTrial&)> act;
  bool quick = true;
};

void add_sizes(std::vector<RelaySituation>& rows) {
  for (const std::uint64_t bytes :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1025}, std::uint64_t{65537},
        std::uint64_t{(1 << 20) + 1}, std::uint64_t{64 << 20}, std::uint64_t{1} << 30}) {
    for (const std::size_t size : {std::size_t{1448}, std::size_t{64 << 10}}) {
      const bool large = bytes > 64 << 20;
      if (large && size == 1448) continue;
      const Writing writing = written(bytes, size);
      rows.push_back({"sizes", fmt::format("{} B in writes of {} B", bytes, size),
                      [writing](RelayTrial& trial) {
                        one_way(trial, trial.client(), trial.server(), writing, {});
                      },
                      !large});
      if (size != 1448) continue;
      rows.push_back({"sizes", fmt::format("{} B from the server in writes of {} B", bytes, size),
                      [writing](RelayTrial& trial) {
                        one_way(trial, trial.server(), trial.client(), writing, {});
                      },
                      true});
    }
  }
}

RelaySituation dialogue(const std::string& name, void (*talk)(Expectations&, Fd&, Fd&)) {
  return {"two-way", name,
          [talk](RelayTrial& trial) { talk(trial, trial.client(), trial.server()); }, true};
}

std::vector<RelaySituation> relay_situations() {
  std::vector<RelaySituation> rows;
  add_sizes(rows);
  rows.push_back({"ends", "reader gone in mid-stream", relayed_reader_gone, true});
  rows.push_back(dialogue("\"foo\" and close (Go: issue25985)", foo_and_close));
  rows.push_back(dialogue("late reply after half-close", late_reply));
  rows.push_back(dialogue("half-close only after the last byte", half_close_waits));
  rows.push_back(dialogue("both directions at full speed", both_full_speed));
  for (const Departure& departure : kDepartures) {
    rows.push_back({"two-way", departure.name,
                    [departure](RelayTrial& trial) {
                      leave_in_order(trial, trial.client(), trial.server(), departure.first,
                                     departure.how);
                    },
                    true});
  }
  rows.push_back({"pace", "last piece at once", relayed_last_piece_at_once, true});
  rows.push_back({"pace", "writer stalls for 1 s", relayed_writer_stalls, true});
  rows.push_back({"pace", "reader stalls for 1 s", relayed_reader_stalls, true});
  return rows;
}

}  // namespace

std::vector<Cell> relay_cells(const std::vector<RelayCommand>& relays, const std::string& guard,
                              bool quick) {
  std::vector<Cell> cells;
  for (const RelaySituation& situation : relay_situations()) {
    if (quick && !situation.quick) continue;
    for (const RelayCommand& relay : relays) {
      for (const bool listen_unix : {false, true}) {
        Cell cell;
        cell.names.group = situation.group;
        cell.names.situation = situation.name;
        cell.names.mode = mode_of(relay);
        cell.names.path =
            PathKinds{listen_unix ? EndKind::unix_stream : EndKind::tcp, EndKind::tcp}.name();
        cell.names.handling = "process";
        cell.seconds = 60;
        if (!can_listen(relay, listen_unix)) {
          cell.inapplicable = fmt::format("{} cannot listen on {}", mode_of(relay),
                                          listen_unix ? "a unix socket" : "TCP");
        }
        ForeignRelayPlan plan;
        plan.relay = relay;
        plan.listen_unix = listen_unix;
        plan.guard = guard;
        cell.attempt = [act = situation.act, plan] {
          RelayTrial trial(plan);
          act(trial);
          return trial.failures();
        };
        cells.push_back(std::move(cell));
      }
    }
  }
  return cells;
}

}  // namespace splicebench
