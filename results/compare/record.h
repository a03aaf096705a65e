#pragma once

// What a reader of any format hands on: one record per measured repetition, as views into the
// reader's buffer. A sink keeps what it needs before it returns.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "results/model/usage.h"

namespace splicebench {

struct Measurement {
  double value = 0;  ///< as the input has it, never NaN
  std::string_view unit;
};

/// A key of the input: `goos: linux` of Go text, the label of a Google Benchmark; "/congestion" of
/// our own entries, whose names leave out what is usual.
struct Setting {
  std::string key;
  std::string value;
  bool config = true;  ///< part of .config; else seen only where a filter or projection names it
};

/// Where a sample of splicebench comes from.
struct OwnSample {
  std::string row;    ///< Row::key(): modes of one row are measured in the same visits
  std::string group;  ///< Row::heading(): its path and conditions
  std::string mode;
  std::int64_t round = 0;
  SystemTimes system;
};

struct Record {
  std::string_view name;  ///< without "Benchmark"
  std::vector<Measurement> measurements;
  const std::vector<Setting>* settings = nullptr;  ///< in order of first sight; never null
  std::uint64_t settings_version = 0;              ///< changes with every change of *settings
  const OwnSample* own = nullptr;                  ///< null: of another program, or a round trip
};

class RecordSink {
 public:
  RecordSink() = default;
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;
  virtual ~RecordSink() = default;

  virtual void record(const Record& record) = 0;

  /// A `Unit` line. Returns a message when it contradicts an earlier one, else nothing.
  virtual std::string unit_metadata(std::string_view unit, std::string_view key,
                                    std::string_view value) = 0;
};

/// What a reader left out, for the user: the first messages ("file:line: what") and their number.
struct ReadReport {
  static constexpr std::size_t kMessagesKept = 100;

  std::uint64_t records = 0;
  std::uint64_t own = 0;    ///< of these, samples of splicebench
  std::uint64_t lines = 0;  ///< of the input
  bool unended = false;     ///< the last line has no line end
  std::uint64_t messages_total = 0;
  std::vector<std::string> messages;  ///< the first kMessagesKept

  void add(std::string message) {
    ++messages_total;
    if (messages.size() < kMessagesKept) messages.push_back(std::move(message));
  }
};

}  // namespace splicebench
