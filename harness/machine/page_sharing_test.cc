#include "harness/machine/page_sharing.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/machine/environment.h"
#include "harness/system/process_tree.h"

namespace splicebench {
namespace {

TEST(PageSharing, IsTheSameEachTimeAndLeavesNothing) {
  const std::string directory = default_file_dir();
  const std::size_t before = open_descriptors();
  const PageSharing first = page_sharing(directory);
  const PageSharing second = page_sharing(directory);
  EXPECT_EQ(first.file, second.file);
  EXPECT_EQ(first.socket, second.socket);
  EXPECT_EQ(open_descriptors(), before);
  if (first.file != true) {
    EXPECT_FALSE(first.socket.has_value());
  }
}

TEST(PageSharing, IsUnknownWhereTheExperimentCannotBeMade) {
  EXPECT_FALSE(page_sharing("/nonexistent").file.has_value());
  EXPECT_FALSE(page_sharing("/proc").file.has_value());
}

}  // namespace
}  // namespace splicebench
