// Sizes around pages, pipe and buffer sizes, in writes of many sizes; Go's and the os package's.

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kGiB = 1 << 30;
constexpr std::uint64_t kMostWrites = 100000;  ///< of one cell
constexpr std::uint64_t kLarge = 64 * kMiB;    ///< from here on the room in a file system counts

void require_room(const Trial& trial, std::uint64_t bytes) {
  if (trial.subject().path->kinds.sink != EndKind::file || bytes < kLarge) return;
  struct statvfs room {};
  if (::statvfs(trial.file_dir().c_str(), &room) != 0) return;
  if (room.f_bavail * room.f_frsize < 8 * bytes) {
    throw NotApplicable(fmt::format("{} has less than {} free", trial.file_dir(),
                                    format_size(static_cast<std::int64_t>(8 * bytes))));
  }
}

Situation transfer(const std::string& group, const std::string& name, const Writing& writing,
                   std::uint64_t limit) {
  Situation situation;
  situation.group = group;
  situation.name = name;
  situation.seconds = writing.bytes >= kGiB ? 120 : 30;
  situation.act = [writing, limit](Trial& trial) {
    require_room(trial, writing.bytes);
    Script script;
    script.writing = writing;
    script.limit = limit;
    trial.relay(script);
  };
  return situation;
}

Writing writing_of(std::uint64_t bytes, std::size_t size) {
  Writing writing;
  writing.bytes = bytes;
  writing.size = size;
  return writing;
}

void add_sizes(std::vector<Situation>& rows) {
  const std::vector<std::uint64_t> sizes = {0,     1,        42,    1025,     4095,     4096,
                                            4097,  32767,    32768, 32769,    65535,    65536,
                                            65537, kMiB - 1, kMiB,  kMiB + 1, 5 * kMiB, kGiB};
  const std::vector<std::size_t> writes = {1, 100, 1448, 4096, 64 << 10, 1 << 20};
  const std::vector<std::uint64_t> quick = {0, 1, 4097, 65537, kMiB + 1};
  for (const std::uint64_t bytes : sizes) {
    std::size_t before = 0;
    for (const std::size_t write : writes) {
      // From the first write that holds all of it on, larger ones are the same; a GiB of small
      // writes takes too long.
      const bool same = before >= std::max<std::uint64_t>(bytes, 1);
      before = write;
      if (same || bytes / write > kMostWrites || (bytes == kGiB && write < 64 << 10)) continue;
      rows.push_back(transfer("sizes", fmt::format("{} B in writes of {} B", bytes, write),
                              writing_of(bytes, write), kNever));
      rows.back().quick = (write == 1448 || write == 64 << 10 || bytes <= 1) &&
                          std::find(quick.begin(), quick.end(), bytes) != quick.end();
    }
  }
}

/// The cases of Go's net.TestSplice (Go 1.11 and later) that are a plain transfer.
void add_go_cases(std::vector<Situation>& rows) {
  struct Case {
    const char* name;
    std::size_t write;
    std::uint64_t bytes;
    std::uint64_t limit;
  };
  for (const Case& one :
       {Case{"simple", 128, 128, kNever}, Case{"multipleWrite", 4096, kMiB, kNever},
        Case{"big", 5 * kMiB, kGiB, kNever}, Case{"honorsLimitedReader", 4096, kMiB, 1024},
        Case{"updatesLimitedReaderN", 1024, 4096, 4196},
        Case{"limitedReaderAtLimit", 32, 128, 128}}) {
    rows.push_back(transfer("go", one.name, writing_of(one.bytes, one.write), one.limit));
    rows.back().quick = one.bytes < kGiB;
  }
}

/// The sizes and limits of Go's os tests of copying a socket to a file (Go 1.21).
void add_os_cases(std::vector<Situation>& rows) {
  for (const std::uint64_t bytes : {1, 42, 1025, 4097, 32769}) {
    struct Limit {
      const char* name;
      std::uint64_t bytes;
    };
    for (const Limit& limit : {Limit{"no limit", kNever}, Limit{"one less", bytes - 1},
                               Limit{"half", bytes / 2}, Limit{"one more", bytes + 1}}) {
      rows.push_back(transfer("go os", fmt::format("{} B, {}", bytes, limit.name),
                              writing_of(bytes, 64 << 10), limit.bytes));
      rows.back().inapplicable = needs_file;
      rows.back().quick = bytes == 1025;
    }
  }
}

}  // namespace

std::vector<Situation> size_situations() {
  std::vector<Situation> rows;
  add_sizes(rows);
  add_go_cases(rows);
  add_os_cases(rows);
  return rows;
}

}  // namespace splicebench
