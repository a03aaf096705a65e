#include "harness/sample/prepared.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "harness/hosts/hosts.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// One of its flows. /dev/null keeps nothing to be checked: content is verified with a file in
/// memory in its place.
PathEnds open_ends(const SamplePlan& plan, const PathPlace& place, PathKinds& kinds) {
  kinds = plan.path->kinds;
  if (plan.mode == kDirect) return plan.path->open_direct(place);
  PathEnds ends = plan.path->open(place);
  if (plan.hashed && kinds.sink == EndKind::null) {
    ends.sink = Fd(check(::memfd_create("splicebench", MFD_CLOEXEC), "make", "a file in memory"));
    kinds.sink = EndKind::file;
  }
  return ends;
}

Fd duplicate(const Fd& fd, const char* what) {
  return Fd(check(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0), "duplicate", what));
}

}  // namespace

SinkFile::SinkFile(const Fd& fd) : fd_(duplicate(fd, "the file of the sink")) {}

SinkFile::~SinkFile() {
  // Where that fails it is only slower: the file has no name and goes with its last descriptor.
  if (fd_) std::ignore = ::ftruncate(fd_.get(), 0);
}

VisitPairs::VisitPairs(const SampleSetting& setting)
    : source(setting.sockets), sink(setting.sockets) {}

void prepare(const SamplePlan& plan, const SampleSetting& setting, VisitPairs& pairs,
             Prepared& prepared, std::vector<PathEnds>& connections) {
  PathPlace place{setting.file_dir, setting.sockets, setting.hosts != nullptr};
  place.source_pairs = &pairs.source;
  place.sink_pairs = &pairs.sink;
  if (!plan.path->kinds.has_writer() && setting.source != nullptr) {
    // The pieces of a warm-up follow each other; then it is read from its begin again.
    const std::int64_t most =
        std::max<std::int64_t>(plan.iterations, plan.warmup.piece * plan.warmup.pieces);
    place.source_file = setting.source->with(static_cast<std::uint64_t>(most * plan.chunk));
  }
  for (std::int64_t flow = 0; flow < plan.flows; ++flow) {
    PathEnds ends = open_ends(plan, place, prepared.kinds);
    if (prepared.kinds.sink == EndKind::file) prepared.files.emplace_back(ends.sink);
    if (!prepared.kinds.has_writer())
      prepared.source = duplicate(ends.source, "the file of the source");
    connections.push_back(std::move(ends));
  }
}

ForeignRelayPlan relay_plan_of(const SamplePlan& plan, const SampleSetting& setting) {
  ForeignRelayPlan relay;
  relay.relay = *plan.relay;
  relay.listen_unix = plan.path->kinds.source == EndKind::unix_stream;
  relay.guard = setting.programs.guard;
  relay.sockets = setting.sockets;
  relay.cpus = setting.placement.relay;
  relay.flows = plan.flows;
  relay.threads = plan.relay_threads;
  return relay;
}

RelayTask task_of(const SamplePlan& plan, const SampleSetting& setting, PathKinds kinds) {
  RelayTask task;
  if (plan.mode.size() >= task.mode.size())
    throw UsageError(fmt::format("--modes: '{}' is too long", plan.mode));
  std::memcpy(task.mode.data(), plan.mode.data(), plan.mode.size());
  task.flows = static_cast<std::uint32_t>(plan.flows);
  task.relay_threads = static_cast<std::uint32_t>(plan.relay_threads);
  task.peer_threads = static_cast<std::uint32_t>(plan.peer_threads);
  task.chunk = static_cast<std::uint64_t>(plan.chunk);
  task.warmup_bytes = static_cast<std::uint64_t>(plan.warmup.piece * plan.chunk);
  task.warmup_pieces = static_cast<std::uint32_t>(plan.warmup.pieces);
  task.bytes = static_cast<std::uint64_t>(plan.iterations * plan.chunk);
  task.seed = plan.seed;
  task.hashed = plan.hashed;
  task.kinds = kinds;
  task.relay_cpus = setting.placement.relay;
  task.writer_cpus = setting.placement.writer;
  task.reader_cpus = setting.placement.reader;
  task.writer_apart = setting.hosts != nullptr && setting.hosts->apart(Role::writer);
  task.reader_apart = setting.hosts != nullptr && setting.hosts->apart(Role::reader);
  return task;
}

}  // namespace splicebench
