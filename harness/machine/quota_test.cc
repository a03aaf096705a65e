#include "harness/machine/quota.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

class Quota : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = directory_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::optional<double> quota() const {
    return cpu_quota(directory_.path() / "cgroup", directory_.path() / "sys");
  }
  const TemporaryDirectory directory_;
};

TEST_F(Quota, OfVersion2IsTheLeastOfTheGroupAndThoseAbove) {
  write("cgroup", "0::/a/b\n");
  write("sys/a/b/cpu.max", "max 100000\n");
  EXPECT_FALSE(quota());
  write("sys/a/cpu.max", "150000 100000\n");
  EXPECT_DOUBLE_EQ(quota().value(), 1.5);
  write("sys/a/b/cpu.max", "50000 100000\n");
  EXPECT_DOUBLE_EQ(quota().value(), 0.5);
}

TEST_F(Quota, OfAContainerIsThatOfTheRoot) {
  write("cgroup", "0::/\n");
  write("sys/cpu.max", "200000 100000\n");
  EXPECT_DOUBLE_EQ(quota().value(), 2);
}

TEST_F(Quota, OfVersion1IsThatOfItsCpuController) {
  write("cgroup", "5:memory:/x\n4:cpu,cpuacct:/x\n0::/\n");
  write("sys/cpu,cpuacct/x/cpu.cfs_quota_us", "-1\n");
  write("sys/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n");
  EXPECT_FALSE(quota());
  write("sys/cpu,cpuacct/cpu.cfs_quota_us", "25000\n");
  write("sys/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(quota().value(), 0.25);
}

TEST_F(Quota, OfNothingReadableIsNone) {
  EXPECT_FALSE(quota());
  write("cgroup", "no such line\n0::/gone\n");
  EXPECT_FALSE(quota());
}

}  // namespace
}  // namespace splicebench
