#include "harness/sample/source/source_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "harness/wire/content.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes bytes_in(int fd) {
  struct stat status {};
  EXPECT_EQ(::fstat(fd, &status), 0);
  Bytes bytes(static_cast<std::size_t>(status.st_size));
  EXPECT_EQ(::pread(fd, bytes.data(), bytes.size(), 0), std::ssize(bytes));
  return bytes;
}

Bytes content_of(std::uint64_t seed, std::size_t size) {
  Bytes bytes(size);
  fill_content(bytes.data(), size, seed, 0);
  return bytes;
}

TEST(SourceFile, HasTheContentOfItsSeedHoweverItGrew) {
  const TemporaryDirectory directory;
  SourceFile file(directory.path(), 42);
  int fd = -1;
  // Within a piece that is written at once, up to its end, beyond it, not at all, by one byte.
  for (const std::size_t size : {1000U, 1U << 20, 2621440U, 5U, 2621441U}) {
    const int now = file.with(size);
    EXPECT_TRUE(fd == -1 || fd == now) << "it is one file";
    fd = now;
    EXPECT_TRUE(bytes_in(fd) == content_of(42, std::max<std::size_t>(bytes_in(fd).size(), size)))
        << size;
  }
  EXPECT_EQ(bytes_in(fd).size(), 2621441U);
  EXPECT_EQ(::lseek(fd, 0, SEEK_CUR), 0) << "nobody has moved in it";
  EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "it has no name";
}

TEST(SourceFile, IsWrittenOnlyWhereItLacksSomething) {
  const TemporaryDirectory directory;
  SourceFile file(directory.path(), 42);
  const int fd = file.with(100000);
  const unsigned char other = 0;
  for (const off_t at : {0, 99999}) ASSERT_EQ(::pwrite(fd, &other, 1, at), 1);
  const Bytes before = bytes_in(fd);
  file.with(50000);
  file.with(100000);
  EXPECT_TRUE(bytes_in(fd) == before) << "what is there is not written again";
}

TEST(SourceFile, OfAnotherSeedIsAnother) {
  const TemporaryDirectory directory;
  SourceFile one(directory.path(), 1);
  SourceFile other(directory.path(), 2);
  EXPECT_FALSE(bytes_in(one.with(4096)) == bytes_in(other.with(4096)));
}

TEST(SourceFile, IsWrittenBetweenTwoPositionsAlone) {
  const TemporaryDirectory directory;
  SourceFile file(directory.path(), 42);
  const int fd = file.with(1000);
  write_file_content(fd, 7, 300, 700);
  Bytes wanted = content_of(42, 1000);
  const Bytes other = content_of(7, 700);
  std::copy(other.begin() + 300, other.end(), wanted.begin() + 300);
  EXPECT_TRUE(bytes_in(fd) == wanted);
  write_file_content(fd, 9, 500, 500);
  write_file_content(fd, 9, 500, 400);
  EXPECT_TRUE(bytes_in(fd) == wanted) << "there is nothing between";
}

}  // namespace
}  // namespace splicebench
