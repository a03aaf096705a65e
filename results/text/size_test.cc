#include "results/text/size.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

TEST(ParseSize, ReadsIecSuffixes) {
  EXPECT_EQ(parse_size("42", "--x"), 42);
  EXPECT_EQ(parse_size("42B", "--x"), 42);
  EXPECT_EQ(parse_size("64KiB", "--x"), 65536);
  EXPECT_EQ(parse_size("1M", "--x"), 1048576);
  EXPECT_EQ(parse_size("3GiB", "--x"), std::int64_t{3} << 30);
}

TEST(ParseSize, NamesTheFlagAndTheTextItRefuses) {
  for (const char* text :
       {"", "KiB", "0", "-1", "1.5KiB", "1KB", "1 KiB", "0x10", "9223372036854775807KiB"}) {
    try {
      parse_size(text, "--chunks");
      FAIL() << text;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("--chunks"), std::string::npos);
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos);
    }
  }
}

TEST(FormatSize, IsTheShortestExactForm) {
  EXPECT_EQ(format_size(1024), "1KiB");
  EXPECT_EQ(format_size(1000), "1000B");
  EXPECT_EQ(format_size(1 << 20), "1MiB");
  EXPECT_EQ(format_size(1536), "1536B");
  EXPECT_EQ(format_size(0), "0B");
}

}  // namespace
}  // namespace splicebench
