// The quick part of the correctness suite on every engine and path.

#include "bench/verify/suite.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "bench/paths/paths.h"
#include "bench/verify/sanitized.h"
#include "bench/verify/trial.h"
#include "harness/network/network.h"
#include "results/files/error.h"

namespace splicebench {
namespace {

CellSetting suite_setting() {
  CellSetting one;
  one.jobs = 16;  // most of them wait most of their time
  return one;
}

SuiteOptions options_of(const std::vector<std::string>& modes, bool quick) {
  SuiteOptions options;
  for (const std::string& mode : modes) options.modes.push_back(parse_mode(mode));
  for (const PathInfo& path : paths()) options.paths.push_back(&path);
  options.quick = quick;
  options.flows = {1, 3, 64};
  options.file_dir = std::filesystem::temp_directory_path();
  return options;
}

/// Every engine that is linked in, with its own parameters, as its variants and with a small buffer
/// or pipe.
std::vector<std::string> all_modes() {
  std::vector<std::string> modes;
  for (const EngineInfo& engine : engines()) {
    if (!engine.relays()) continue;
    modes.push_back(engine.name);
    if (kSanitized) continue;
    modes.insert(modes.end(), engine.variants.begin(), engine.variants.end());
    // The engine of splice with another mover, which takes a kernel worker for each piece: in small
    // ones all its time would go there.
    if (engine.name == "uring:splice") continue;
    const char* const separator = engine.name.find(':') == std::string::npos ? ":" : ",";
    for (const EngineParameter& parameter : engine.parameters) {
      if (parameter.type == EngineParameter::Type::size)
        modes.push_back(engine.name + separator + parameter.name + "=4KiB");
    }
  }
  return modes;
}

std::vector<VerifiedCell> found_in(const std::vector<Cell>& cells, const CellSetting& how) {
  std::vector<VerifiedCell> found(cells.size());
  run_cells(cells, how,
            [&](std::size_t index, VerifiedCell cell) { found[index] = std::move(cell); });
  return found;
}

/// Paths whose ends are all on others, too, in other pairs.
bool is_rare(const std::string& path) {
  return path == "tcp-to-unix" || path == "unix-to-unix" || path == "file-to-unix";
}

/// One of each kind of source and of sink.
bool is_exemplary(const std::string& path) {
  return path == "tcp-to-tcp" || path == "unix-to-file" || path == "file-to-tcp";
}

/// The first engines as they are in every handling; on rare paths, with a small buffer or pipe, and
/// under a sanitizer, where a process takes ten times as long to end, in an event loop alone.
bool is_tried(const VerifiedCell& cell) {
  const bool in_loop = cell.handling == name_of(Handling::event_loop);
  const bool exemplary = is_exemplary(cell.path);
  const std::string& engine = parse_mode(cell.mode).engine->name;
  const bool first = engine == "generic" || engine == "splice";
  if (cell.flows > 1) {
    // The loops are few: what befalls an engine alone is in the others' cells.
    const bool is_of_loop = cell.group == "limits" && !kSanitized;
    const bool short_one =
        (first || engine == "uring") && (kSanitized ? cell.group == "ends" : cell.group != "pace");
    return engine == cell.mode && cell.path == "tcp-to-tcp" &&
           (is_of_loop || (cell.flows == 3 && short_one));
  }
  if (kSanitized) {
    const bool shortest =
        cell.path == "tcp-to-tcp" || engine == "sendfile" || (first && cell.path == "unix-to-file");
    // The sanitizers make pipes of their own to look at memory.
    return in_loop && exemplary && shortest && !cell.situation.ends_with("on pipe2");
  }
  if (engine != cell.mode) return in_loop && exemplary;
  if (is_rare(cell.path)) return in_loop;
  return exemplary || first;
}

/// The cells of the quick part.
std::vector<Cell> quick_suite() { return cells_of(options_of(all_modes(), true), is_tried); }

/// Tried once and side by side, since most of them wait.
const std::vector<VerifiedCell>& quick_cells() {
  static const std::vector<VerifiedCell> found = found_in(quick_suite(), suite_setting());
  return found;
}

std::vector<std::string> quick_situations() {
  std::vector<std::string> names;
  for (const Situation& situation : situations()) {
    if (situation.quick) names.push_back(situation.group + "/" + situation.name);
  }
  return names;
}

class QuickSituation : public ::testing::TestWithParam<std::string> {};

std::string test_name(const ::testing::TestParamInfo<std::string>& situation) {
  std::string name = std::to_string(situation.index) + "_" + situation.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Suite, QuickSituation, ::testing::ValuesIn(quick_situations()), test_name);

TEST_P(QuickSituation, IsSurvivedByEveryEngineOnEveryPath) {
  int tried = 0;
  for (const VerifiedCell& cell : quick_cells()) {
    if (cell.group + "/" + cell.situation != GetParam()) continue;
    EXPECT_NE(cell.status, VerifiedCell::Status::fail) << cell.name() << ": " << cell.text;
    if (cell.status == VerifiedCell::Status::pass) ++tried;
  }
  if (kSanitized && tried == 0) GTEST_SKIP() << "not in the sanitizers' part of the suite";
  EXPECT_GT(tried, 0);
}

TEST(Suite, HasEnoughCellsForTwoEngines) {
  const std::vector<Cell> cells = cells_of(options_of({"generic", "splice"}, false));
  const auto applicable = std::count_if(cells.begin(), cells.end(),
                                        [](const Cell& cell) { return cell.inapplicable.empty(); });
  EXPECT_GE(applicable, 1500);
}

TEST(Suite, HasNoTwoSituationsOfOneName) {
  std::set<std::string> names;
  for (const Situation& situation : situations()) {
    EXPECT_TRUE(names.insert(situation.group + "/" + situation.name).second) << situation.name;
  }
}

/// Whether the fault is in a call that the engine of `cell` makes on this path.
bool is_own_fault(const VerifiedCell& cell) {
  static const std::map<std::string, std::vector<std::string>> kCalls = {
      {"splice", {"splice", "pipe2", "F_SETPIPE_SZ", "EINTR storm"}},
      {"sendfile", {"sendfile", "no splice"}},
      {"sockmap", {"bpf", "no splice"}},
      {"uring", {"io_uring", "no splice", "EINTR storm", "of a ring"}},
      {"uring:splice", {"io_uring", "linked request", "EINTR storm"}},
      {"uring:zc", {"io_uring", "no splice", "of a ring"}},
  };
  const auto known = kCalls.find(cell.mode);
  if (cell.group != "faults" || known == kCalls.end()) return false;
  const PathKinds kinds = path_named(cell.path).kinds;
  if (!parse_mode(cell.mode).engine->why_not(kinds).empty()) return false;
  if (cell.situation == "EINTR storm" && !kinds.has_writer()) return false;
  return std::any_of(known->second.begin(), known->second.end(), [&cell](const std::string& call) {
    return cell.situation.find(call) != std::string::npos;
  });
}

TEST(Suite, InjectsErrorsIntoTheCallsThatEachEngineMakes) {
  std::set<std::string> modes;
  for (const VerifiedCell& cell : quick_cells()) {
    if (cell.flows > 1 || !is_own_fault(cell)) continue;
    modes.insert(cell.mode);
    EXPECT_EQ(cell.status, VerifiedCell::Status::pass) << cell.name() << ": " << cell.text;
  }
  for (const EngineInfo& engine : engines()) {
    const bool ours = engine.name == "splice" || engine.name == "sendfile";
    const bool asked = engine.unavailable && engine.name.find(':') == std::string::npos;
    if (ours || (asked && engine.unavailable().empty())) {
      EXPECT_EQ(modes.count(engine.name), 1U) << engine.name;
    }
  }
}

/// The cell of the first situation on a path, of an engine that says what it can do.
Cell cell_on(const EngineInfo& info, const std::string& path) {
  Subject subject;
  subject.mode = {info.name, &info, {}};
  subject.path = &path_named(path);
  return cell_of(situations().front(), subject, "");
}

TEST(Suite, AnEngineIsNotTriedBetweenEndsThatItDoesNotDeclare) {
  EngineInfo info = *parse_mode("generic").engine;
  info.sources = info.sinks = {EndKind::tcp};
  EXPECT_EQ(cell_on(info, "tcp-to-tcp").inapplicable, "");
  EXPECT_EQ(cell_on(info, "tcp-to-file").inapplicable, "engine generic relays from tcp to tcp");
}

TEST(Suite, AnEngineThatIsNotAvailableIsNotTriedAndSaysWhy) {
  EngineInfo info = *parse_mode("generic").engine;
  info.unavailable = [] { return "it takes CAP_BPF; run as root"; };
  EXPECT_EQ(cell_on(info, "tcp-to-tcp").inapplicable,
            "engine generic is not available here: it takes CAP_BPF; run as root");
}

TEST(Suite, AnEngineThatCannotStopAtALimitIsNotAskedTo) {
  EngineInfo info = *parse_mode("generic").engine;
  info.exact_limit = false;
  std::vector<Cell> cells;
  for (const Situation& situation : situations()) {
    if (situation.group != "limits" || !situation.quick) continue;
    Subject subject;
    subject.mode = parse_mode("generic");
    subject.mode.engine = &info;
    subject.path = &path_named("tcp-to-tcp");
    cells.push_back(cell_of(situation, subject, ""));
  }
  for (const VerifiedCell& cell : found_in(cells, suite_setting())) {
    const bool whole =
        cell.situation == "all of 100000 B" || cell.situation == "one more than all of 100000 B";
    EXPECT_EQ(cell.status,
              whole ? VerifiedCell::Status::pass : VerifiedCell::Status::not_applicable)
        << cell.situation << ": " << cell.text;
  }
}

TEST(Suite, FilterThatIsNoRegularExpressionIsRefused) {
  EXPECT_THROW(matching(cells_of(options_of({"generic"}, true)), "("), UsageError);
}

/// From here on the calling thread's network is one of its own, with nothing in it. False without
/// the privilege for that.
bool enter_new_network() {
  if (::unshare(CLONE_NEWNET) != 0) return false;
  const Fd any(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  return ::ioctl(any.get(), SIOCSIFFLAGS, &loopback) == 0;
}

/// Ports of this thread's network that a socket holds, if only in TIME_WAIT.
std::set<std::string> ports_held() {
  std::set<std::string> held;
  std::ifstream table("/proc/thread-self/net/tcp");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string number;
    std::string local;
    words >> number >> local;
    held.insert(local);
  }
  return held;
}

/// The relay's end of the sink is accepted, and closed before the reader's: it is in TIME_WAIT for
/// a minute, on its listener's port.
TEST(Trial, HoldsNoPortForEachConnectionThatItsListenersTook) {
  constexpr std::size_t kConnections = 20;
  bool privileged = false;
  std::size_t held = 0;
  on_a_thread([&] {
    privileged = enter_new_network();
    if (!privileged) return;
    const Subject subject{parse_mode("generic"), &path_named("tcp-to-tcp")};
    Trial trial(subject, std::filesystem::temp_directory_path());
    for (std::size_t made = 1; made < kConnections; ++made) trial.reopen();
    trial.finish();
    held = ports_held().size();
  });
  if (!privileged) GTEST_SKIP() << "no privilege for namespaces";
  EXPECT_GE(held, 2U) << "the closed connections do not show";
  EXPECT_LE(held, kConnections + 2) << "those of the writers, and two of listeners";
}

}  // namespace
}  // namespace splicebench
