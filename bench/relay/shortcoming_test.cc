#include "bench/relay/shortcoming.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace splicebench {
namespace {

TEST(Shortcoming, OfEnginesIsWhateverIsNotAllBytesInAndOut) {
  struct Row {
    Outcome outcome;
    const char* sentence;
  };
  const Row rows[] = {
      {{Ended::limit, 10, 10, 0, {}, 0, {}}, ""},
      {{Ended::limit, 9, 10, 0, {}, 0, {}},
       "relay: the engine miscounted: 9 of 10 bytes taken, 10 delivered, 0 left in the engine"},
      {{Ended::limit, 10, 11, 0, {}, 0, {}},
       "relay: the engine miscounted: 10 of 10 bytes taken, 11 delivered, 0 left in the engine"},
      {{Ended::limit, 10, 10, 1, {}, 0, {}},
       "relay: the engine miscounted: 10 of 10 bytes taken, 10 delivered, 1 left in the engine"},
      {{Ended::limit, 12, 9, 3, {}, 0, {}},
       "relay: the engine miscounted: 12 of 10 bytes taken, 9 delivered, 3 left in the engine"},
      {{Ended::would_block, 8, 7, 1, {}, 0, {}},
       "relay: the engine miscounted: 8 of 10 bytes taken, 7 delivered, 1 left in the engine"},
      {{Ended::eof, 7, 6, 1, {}, 0, {}},
       "relay: the source ended early: 7 of 10 bytes taken, 6 delivered, 1 left in the engine"},
      {{Ended::error, 5, 3, 2, Side::source, EIO, {}},
       "relay: EIO (Input/output error) on the source: 5 of 10 bytes taken, 3 delivered, 2 left in "
       "the engine"},
      {{Ended::error, 10, 10, 0, Side::sink, ENOSPC, {}},
       "relay: ENOSPC (No space left on device) on the sink: 10 of 10 bytes taken, 10 delivered, 0 "
       "left in the engine"},
  };
  for (const Row& row : rows) EXPECT_EQ(shortcoming(row.outcome, 10), row.sentence);
}

TEST(Shortcoming, OfAPeerIsWhateverIsNotAllBytes) {
  const auto of = [](const char* who, std::uint64_t bytes, std::int32_t error) {
    PeerReport report;
    report.bytes = bytes;
    report.error = error;
    return shortcoming(who, report, 10);
  };
  EXPECT_EQ(of("writer", 10, 0), "");
  EXPECT_EQ(of("writer", 9, 0), "the writer saw 9 of 10 bytes");
  EXPECT_EQ(of("reader", 11, 0), "the reader saw 11 of 10 bytes");
  EXPECT_EQ(of("reader", 10, EOVERFLOW), "the reader got more than the 10 bytes that were sent");
  EXPECT_EQ(of("writer", 7, EPIPE), "writer: EPIPE (Broken pipe) after 7 of 10 bytes");
  EXPECT_EQ(of("reader", 10, EIO), "reader: EIO (Input/output error) after 10 of 10 bytes");
}

}  // namespace
}  // namespace splicebench
