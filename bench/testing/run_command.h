#pragma once

#include "bench/testing/command.h"

namespace splicebench::testing {

class RunCommandTest : public CommandTest {
 protected:
  /// A small run: 2 x 2 cases of `rounds` rounds.
  std::vector<std::string> small_run(const std::string& out, int rounds = 3) const {
    return {"run",
            "--paths",
            "tcp-to-tcp,unix-to-file",
            "--chunks",
            "4KiB",
            "--modes",
            "generic,splice",
            "--rounds",
            std::to_string(rounds),
            "--min-time",
            "2ms",
            "--file-dir",
            in_directory("files"),
            "--out",
            out};
  }
};

}  // namespace splicebench::testing
