#pragma once

#include "harness/wire/control.h"

namespace splicebench::testing {

inline constexpr PathKinds kSockets{EndKind::tcp, EndKind::tcp};
inline constexpr PathKinds kFromFile{EndKind::file, EndKind::tcp};
inline constexpr PathKinds kToFile{EndKind::tcp, EndKind::file};

/// Of a sample of 80 bytes, in which all is well and no two figures are alike.
inline RelayReport good_report() {
  RelayReport report;
  report.started = 100;
  report.in = report.out = report.writer.bytes = report.reader.bytes = 80;
  report.usage.seconds = 2;
  report.usage.warmup_seconds = 0.5;
  report.usage.relay = CpuTime{0.125, 0.25};
  report.writer.cpu = {0.0625, 0.5};
  report.reader.cpu = {0.75, 0.375};
  report.warmup_rates = {10, 20, 30, 40};
  report.warmup_pieces = 3;
  for (std::size_t i = 0; i < kMarks; ++i) {
    report.marks[i] = 100 + 0.125 * static_cast<double>(i + 1);
    report.reader.marks[i] = 100 + 0.25 * static_cast<double>(i + 1);
  }
  return report;
}

}  // namespace splicebench::testing
