#include "harness/sample/prepared.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "harness/sample/cast.h"
#include "results/files/error.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

/// A path whose ends are of `kinds`; of files and of sockets alike, files in memory.
PathInfo path_of(const PathKinds& kinds) {
  PathInfo path{kinds, "", {}};
  path.open = [kinds](const PathPlace& place) {
    const auto end = [](bool there) {
      return there ? Fd(::memfd_create("prepared-test", MFD_CLOEXEC)) : Fd();
    };
    PathEnds ends{end(kinds.has_writer()), end(true), end(true), end(kinds.has_reader())};
    if (place.source_file >= 0) ends.source = Fd(::dup(place.source_file));
    return ends;
  };
  path.open_direct = [](const PathPlace&) { return PathEnds(); };
  return path;
}

ino_t inode_of(const Fd& fd) {
  struct stat status {};
  EXPECT_EQ(::fstat(fd.get(), &status), 0);
  return status.st_ino;
}

off_t size_of(const Fd& fd) {
  struct stat status {};
  EXPECT_EQ(::fstat(fd.get(), &status), 0);
  return status.st_size;
}

in_port_t port_of(const Fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return address.sin_port;
}

/// As the only one of its visit.
void prepare_one(const SamplePlan& plan, const SampleSetting& setting, Prepared& prepared,
                 std::vector<PathEnds>& connections) {
  VisitPairs pairs(setting);
  prepare(plan, setting, pairs, prepared, connections);
}

SamplePlan plan_on(const PathInfo& path) {
  SamplePlan plan;
  plan.path = &path;
  plan.mode = "splice:pipe=4KiB";
  plan.chunk = 1000;
  plan.iterations = 60;
  plan.warmup = {10, 3};
  return plan;
}

TEST(TaskOf, SaysWhatThePlanSays) {
  const PathInfo path = path_of({EndKind::tcp, EndKind::unix_stream});
  SamplePlan plan = plan_on(path);
  plan.flows = 6;
  plan.relay_threads = 5;
  plan.peer_threads = 4;
  plan.hashed = true;
  plan.seed = 42;
  SampleSetting setting;
  CPU_SET(1, &setting.placement.relay);
  CPU_SET(2, &setting.placement.writer);
  CPU_SET(3, &setting.placement.reader);
  const RelayTask task = task_of(plan, setting, path.kinds);
  EXPECT_EQ(text_of(task.mode), "splice:pipe=4KiB");
  EXPECT_EQ(task.connection, 0U);
  EXPECT_EQ(task.flows, 6U);
  EXPECT_EQ(task.relay_threads, 5U);
  EXPECT_EQ(task.peer_threads, 4U);
  EXPECT_EQ(task.chunk, 1000U);
  EXPECT_EQ(task.warmup_bytes, 10000U);
  EXPECT_EQ(task.warmup_pieces, 3U);
  EXPECT_EQ(task.bytes, 60000U);
  EXPECT_EQ(task.seed, 42U);
  EXPECT_TRUE(task.hashed);
  EXPECT_FALSE(task.waits);
  EXPECT_FALSE(task.writer_apart);
  EXPECT_FALSE(task.reader_apart);
  EXPECT_EQ(task.kinds, path.kinds);
  EXPECT_EQ(task.foreign, 0);
  EXPECT_TRUE(CPU_ISSET(1, &task.relay_cpus));
  EXPECT_TRUE(CPU_ISSET(2, &task.writer_cpus));
  EXPECT_TRUE(CPU_ISSET(3, &task.reader_cpus));
  EXPECT_EQ(CPU_COUNT(&task.relay_cpus), 1);
}

TEST(RelayPlanOf, SaysWhatThePlanAndItsSettingSay) {
  for (const EndKind source : {EndKind::tcp, EndKind::unix_stream}) {
    const PathInfo path = path_of({source, EndKind::tcp});
    const RelayCommand command{"some", "relay {listen} {connect}", "", "", ""};
    SamplePlan plan = plan_on(path);
    plan.relay = &command;
    plan.flows = 6;
    plan.relay_threads = 5;
    SampleSetting setting;
    setting.programs.guard = "the guard";
    setting.sockets.congestion = "reno";
    CPU_SET(1, &setting.placement.relay);
    const ForeignRelayPlan relay = relay_plan_of(plan, setting);
    EXPECT_EQ(relay.relay, command);
    EXPECT_EQ(relay.listen_unix, source == EndKind::unix_stream);
    EXPECT_EQ(relay.guard, "the guard");
    EXPECT_EQ(relay.sockets.congestion, "reno");
    EXPECT_TRUE(CPU_EQUAL(&relay.cpus, &setting.placement.relay));
    EXPECT_EQ(relay.flows, 6);
    EXPECT_EQ(relay.threads, 5);
    EXPECT_EQ(relay.network, -1);
  }
}

TEST(TaskOf, RefusesAModeThatDoesNotFitWithItsEnd) {
  const PathInfo path = path_of({EndKind::tcp, EndKind::tcp});
  SamplePlan plan = plan_on(path);
  plan.mode = std::string(RelayTask().mode.size() - 1, 'x');
  EXPECT_EQ(text_of(task_of(plan, {}, path.kinds).mode), plan.mode);
  plan.mode += 'x';
  try {
    task_of(plan, {}, path.kinds);
    ADD_FAILURE() << "it was taken";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()), "--modes: '" + plan.mode + "' is too long");
  }
}

TEST(Prepare, MakesAConnectionForEachFlowAndKeepsTheFiles) {
  const PathInfo path = path_of({EndKind::tcp, EndKind::file});
  SamplePlan plan = plan_on(path);
  plan.flows = 3;
  std::vector<PathEnds> connections;
  {
    Prepared prepared;
    prepare_one(plan, {}, prepared, connections);
    ASSERT_EQ(connections.size(), 3U);
    ASSERT_EQ(prepared.files.size(), 3U);
    for (std::size_t i = 0; i < connections.size(); ++i) {
      EXPECT_EQ(inode_of(prepared.files[i].fd()), inode_of(connections[i].sink));
      EXPECT_NE(prepared.files[i].fd().get(), connections[i].sink.get());
      ASSERT_EQ(::ftruncate(connections[i].sink.get(), 100), 0);
    }
    EXPECT_FALSE(prepared.source);
    EXPECT_EQ(prepared.kinds, path.kinds);
  }
  for (const PathEnds& ends : connections) EXPECT_EQ(size_of(ends.sink), 0) << "emptied";
}

TEST(Prepare, TakesAPortForTheConnectionsOfEachKindHoweverManySamplesThereAre) {
  PathInfo path = path_of({EndKind::tcp, EndKind::tcp});
  path.open = [](const PathPlace& place) {
    SocketPair in = place.source_pairs->next();
    SocketPair out = place.sink_pairs->next();
    return PathEnds{std::move(in.first), std::move(in.second), std::move(out.second),
                    std::move(out.first)};
  };
  const SampleSetting setting;
  VisitPairs pairs(setting);
  std::vector<PathEnds> connections;
  for (const std::int64_t flows : {1, 3, 1}) {
    SamplePlan plan = plan_on(path);
    plan.flows = flows;
    Prepared prepared;
    prepare(plan, setting, pairs, prepared, connections);
  }
  std::set<in_port_t> sources;
  std::set<in_port_t> sinks;
  for (const PathEnds& ends : connections) {
    sources.insert(port_of(ends.source));
    sinks.insert(port_of(ends.sink));
  }
  EXPECT_EQ(connections.size(), 5U);
  EXPECT_EQ(sources.size(), 1U);
  EXPECT_EQ(sinks.size(), 1U);
  EXPECT_NE(sources, sinks);
}

TEST(Prepare, HasASourceFileAsLongAsTheLongestOfWhatIsReadFromIt) {
  const TemporaryDirectory directory;
  SourceFile source(directory.path(), 42);
  SampleSetting setting;
  setting.source = &source;
  const PathInfo path = path_of({EndKind::file, EndKind::tcp});
  SamplePlan plan = plan_on(path);
  for (const std::int64_t pieces : {3, 7}) {
    plan.warmup.pieces = pieces;
    std::vector<PathEnds> connections;
    Prepared prepared;
    prepare_one(plan, setting, prepared, connections);
    EXPECT_EQ(size_of(prepared.source), pieces == 3 ? 60000 : 70000);
    EXPECT_EQ(inode_of(prepared.source), inode_of(connections.at(0).source));
    EXPECT_TRUE(prepared.files.empty());
  }
}

TEST(Prepare, MakesNoSourceFileWhereThereIsAWriter) {
  const TemporaryDirectory directory;
  SourceFile source(directory.path(), 42);
  SampleSetting setting;
  setting.source = &source;
  for (const char* mode : {"splice", kDirect}) {
    for (const std::int64_t flows : {1, 2, 3}) {
      PathInfo path = path_of({EndKind::tcp, EndKind::tcp});
      int opened = 0;
      path.open = path.open_direct = [&](const PathPlace& place) {
        ++opened;
        EXPECT_EQ(place.source_file, -1);
        return PathEnds();
      };
      SamplePlan plan = plan_on(path);
      plan.mode = mode;
      plan.flows = flows;
      std::vector<PathEnds> connections;
      Prepared prepared;
      prepare_one(plan, setting, prepared, connections);
      EXPECT_EQ(opened, flows);
    }
  }
}

TEST(Prepare, PutsAFileInMemoryInThePlaceOfWhatKeepsNothingWhereContentIsVerified) {
  const PathInfo path = path_of({EndKind::tcp, EndKind::null});
  SamplePlan plan = plan_on(path);
  for (const bool hashed : {false, true}) {
    plan.hashed = hashed;
    std::vector<PathEnds> connections;
    Prepared prepared;
    prepare_one(plan, {}, prepared, connections);
    EXPECT_EQ(prepared.kinds.sink, hashed ? EndKind::file : EndKind::null);
    EXPECT_EQ(prepared.files.size(), hashed ? 1U : 0U);
    const Fd& sink = connections.at(0).sink;
    EXPECT_GT(sink.get(), STDERR_FILENO);
    EXPECT_EQ(size_of(sink), 0);
    EXPECT_EQ(::write(sink.get(), "x", 1), 1);
    EXPECT_EQ(size_of(sink), 1);
  }
}

TEST(Prepare, OpensNoRelaysEndsWhereNothingRelays) {
  PathInfo path = path_of({EndKind::tcp, EndKind::tcp});
  SamplePlan plan = plan_on(path);
  plan.mode = kDirect;
  std::vector<PathEnds> connections;
  Prepared prepared;
  prepare_one(plan, {}, prepared, connections);
  ASSERT_EQ(connections.size(), 1U);
  EXPECT_FALSE(connections[0].source);
  EXPECT_FALSE(connections[0].writer) << "not of open()";
}

TEST(CastPlan, GivesEachProcessItsEndsUnderTheNumbersThatItKnows) {
  const PathInfo path = path_of({EndKind::tcp, EndKind::tcp});
  SamplePlan plan = plan_on(path);
  plan.flows = 2;
  std::vector<PathEnds> connections;
  Prepared prepared;
  prepare_one(plan, {}, prepared, connections);
  const CastPlan cast = cast_plan(connections);
  EXPECT_TRUE(cast.has_writer);
  EXPECT_TRUE(cast.has_reader);
  using Held = std::vector<std::pair<int, int>>;
  const auto held = [&](Role role) {
    Held all;
    for (const auto& one : cast.starts[role].held) all.emplace_back(one.from, one.to);
    return all;
  };
  EXPECT_EQ(held(Role::writer),
            (Held{{connections[0].writer.get(), 6}, {connections[1].writer.get(), 7}}));
  EXPECT_EQ(held(Role::reader),
            (Held{{connections[0].reader.get(), 6}, {connections[1].reader.get(), 7}}));
  EXPECT_EQ(held(Role::relay), (Held{{connections[0].source.get(), 6},
                                     {connections[0].sink.get(), 7},
                                     {connections[1].source.get(), 8},
                                     {connections[1].sink.get(), 9}}));
}

}  // namespace
}  // namespace splicebench
