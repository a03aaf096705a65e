#pragma once

// For tests in three network namespaces joined by veth pairs.

#include <gtest/gtest.h>

#include <memory>

#include "harness/network/link.h"
#include "results/files/error.h"

namespace splicebench {

/// Without the privilege to make them its tests are skipped, by name.
class OverLink : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      link_ = std::make_unique<Link>("");
    } catch (const UsageError& error) {
      GTEST_SKIP() << error.what();
    }
  }

  std::unique_ptr<Link> link_;
};

}  // namespace splicebench
