#include "harness/sample/prepared.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/network/link.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// What makes the connections of many flows.
struct ManyPairs {
  explicit ManyPairs(const SampleSetting& setting)
      : source(setting.link == nullptr ? TcpPlace{} : setting.link->writer_place(),
               setting.link == nullptr ? TcpPlace{} : setting.link->relay_to_writer(),
               setting.sockets),
        sink(setting.link == nullptr ? TcpPlace{} : setting.link->reader_place(),
             setting.link == nullptr ? TcpPlace{} : setting.link->relay_to_reader(),
             setting.sockets) {}
  TcpPairs source;
  TcpPairs sink;
};

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
  if (fd_ && ::ftruncate(fd_.get(), 0) != 0) {
    // Only slower, then: it has no name and goes with its last descriptor.
  }
}

void prepare(const SamplePlan& plan, const SampleSetting& setting, Prepared& prepared,
             std::vector<PathEnds>& connections) {
  PathPlace place{setting.file_dir, setting.link, setting.sockets};
  std::optional<ManyPairs> pairs;
  if (plan.flows > 1) {
    pairs.emplace(setting);
    place.source_pairs = &pairs->source;
    // Without a relay both ends are the peers', across the whole of a link.
    if (plan.mode != kDirect || setting.link == nullptr) place.sink_pairs = &pairs->sink;
  }
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

}  // namespace splicebench
