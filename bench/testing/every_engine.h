#pragma once

// For tests: each engine between a TCP source and a sink of the test's choice.

#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "bench/testing/bytes.h"
#include "harness/engine/engine.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {

inline const std::vector<std::string> kEveryMode = {"generic",
                                                    "generic:buffer=16KiB",
                                                    "generic:buffer=auto",
                                                    "splice",
                                                    "splice:pipe=4KiB",
                                                    "splice:pipe=16KiB",
                                                    "splice:pipe=64KiB",
                                                    "uring",
                                                    "uring:size=4KiB",
                                                    "uring:bundle,size=4KiB",
                                                    "uring:zc",
                                                    "uring:splice",
                                                    "uring:splice,pipe=4KiB",
                                                    "zerocopy",
                                                    "sockmap"};

class EveryEngine : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    const EngineInfo& info = *mode_.engine;
    if (info.unavailable && !info.unavailable().empty()) GTEST_SKIP() << info.unavailable();
    engine_ = mode_.make();
  }

  /// Between a TCP source and another sink, both non-blocking.
  void prepare(int sink) {
    set_nonblocking(source_.second.get());
    set_nonblocking(sink);
    engine_->prepare(source_.second.get(), sink);
  }

  bool fits(EndKind sink) const { return mode_.engine->why_unfit({EndKind::tcp, sink}).empty(); }

  const Mode mode_ = parse_mode(GetParam());
  SocketPair source_ = tcp_pair();
  std::unique_ptr<Engine> engine_;
};

}  // namespace splicebench
