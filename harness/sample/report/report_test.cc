// What came out of a relay is what went in, and each figure of its report is the sample's of that
// name.

#include "harness/sample/report/report.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "harness/system/members.h"
#include "harness/testing/good_report.h"

namespace splicebench {
namespace {

using testing::good_report;
using testing::kFromFile;
using testing::kSockets;
using testing::kToFile;

/// A file in memory.
Fd file_of(const std::string& content) {
  Fd file(::memfd_create("report-test", MFD_CLOEXEC));
  EXPECT_EQ(::pwrite(file.get(), content.data(), content.size(), 0), std::ssize(content));
  return file;
}

class Content : public ::testing::Test {
 protected:
  Content() {
    plan_.iterations = 20;
    plan_.chunk = 100000;  // more than is read back at once
    for (std::size_t i = 0; i < content_.size(); ++i)
      content_[i] = static_cast<char>(i * 2654435761U >> 13);
  }

  std::string refusal(const Fd& source, const std::vector<int>& files) const {
    try {
      require_content(plan_, report_, source, files);
    } catch (const SampleFailed& failure) {
      return failure.what();
    }
    return {};
  }

  SamplePlan plan_;
  RelayReport report_;
  std::string content_ = std::string(2000000, '\0');
};

TEST_F(Content, OfAFileIsAsLongAsWhatWasMoved) {
  for (const std::size_t size : {0U, 1999999U, 2000001U}) {
    const Fd file = file_of(std::string(size, 'x'));
    EXPECT_EQ(refusal(Fd(), {file.get()}), fmt::format("the file holds {} of 2000000 bytes", size));
  }
  const Fd file = file_of(std::string(2000000, 'x'));
  EXPECT_EQ(refusal(Fd(), {file.get()}), "") << "nobody asked for what it holds";
  plan_.flows = 2;
  const Fd half = file_of(std::string(1000000, 'x'));
  EXPECT_EQ(refusal(Fd(), {half.get(), half.get()}), "");
  EXPECT_EQ(refusal(Fd(), {half.get(), file.get()}), "the file holds 2000000 of 1000000 bytes");
}

TEST_F(Content, OfAFileThatCannotBeReadIsAnErrorOfThisProcess) {
  const Fd none;
  EXPECT_THROW(refusal(Fd(), {none.get()}), std::system_error);
  plan_.hashed = true;
  const Fd file = file_of(content_);
  const Fd unreadable(
      ::open(fmt::format("/proc/self/fd/{}", file.get()).c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(unreadable);
  EXPECT_THROW(refusal(Fd(), {unreadable.get()}), std::system_error);
}

TEST_F(Content, IsComparedByWhatThePeersHashedWhereItIsAskedFor) {
  report_.writer.hash = 0xab;
  report_.reader.hash = 0xcd;
  EXPECT_EQ(refusal(Fd(), {}), "");
  plan_.hashed = true;
  EXPECT_EQ(refusal(Fd(), {}),
            "the content was changed on the way: XXH3 00000000000000ab sent, 00000000000000cd "
            "arrived, in 2000000 bytes");
  report_.reader.hash = 0xab;
  EXPECT_EQ(refusal(Fd(), {}), "");
}

TEST_F(Content, OfFilesIsReadBackFromTheFirstByteToTheLast) {
  plan_.hashed = true;
  const Fd source = file_of(content_ + "and what other samples took");
  errno = EINTR;  // of something before
  EXPECT_EQ(refusal(source, {file_of(content_).get()}), "");
  for (const std::size_t at : {0U, 1048575U, 1048576U, 1999999U}) {
    std::string changed = content_;
    changed[at] ^= 1;
    EXPECT_NE(refusal(source, {file_of(changed).get()}), "") << at;
    EXPECT_NE(refusal(file_of(changed), {file_of(content_).get()}), "") << at;
  }
  std::string swapped = content_;
  swapped.replace(0, 4096, content_, 4096, 4096);
  swapped.replace(4096, 4096, content_, 0, 4096);
  EXPECT_NE(refusal(source, {file_of(swapped).get()}), "");
}

SocketFacts socket_of(Count cwnd, Count retransmits) {
  SocketFacts socket;
  socket.cwnd = cwnd;
  socket.retransmits = retransmits;
  return socket;
}

TEST(SampleOf, HasEachFigureInItsPlace) {
  const PathInfo path{kSockets, "", {}};
  SamplePlan plan;
  plan.path = &path;
  plan.iterations = 20;
  RelayReport report = good_report();
  report.usage.system = SystemTimes{9, 0.5, 0.25};
  report.usage.calls = Calls{.in = 1, .out = 2, .wait = 3};
  report.usage.allocations = 4;
  report.control_round_trip = 0.001;
  report.writer.process.minor_faults = 5;
  report.reader.process.minor_faults = 6;
  report.facts.relay_process.minor_faults = 7;
  report.facts.net.collapsed = 8;
  report.facts.source = socket_of(11, {});
  report.writer.socket = socket_of(12, 13);
  report.reader.socket = socket_of(14, 1000);
  report.writer.host = SystemTimes{15, 0, 0};
  report.reader.host = SystemTimes{16, 0, 0};
  report.flows = FlowFacts{{}, 17, {}, {}};
  const Sample sample = sample_of(plan, report);
  EXPECT_EQ(sample.start, 100);
  EXPECT_EQ(sample.seconds, 2);
  EXPECT_EQ(sample.warmup_seconds, 0.5);
  EXPECT_EQ(sample.iterations, 20);
  EXPECT_EQ(sample.bytes, 80);
  EXPECT_EQ(sample.warmup_rates, (std::vector<double>{10, 20, 30}));
  EXPECT_EQ(sample.marks, (std::vector<double>{0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2}));
  EXPECT_EQ(sample.relay.value().total(), 0.375);
  EXPECT_EQ(sample.writer.value().total(), 0.5625);
  EXPECT_EQ(sample.reader.value().total(), 1.125);
  EXPECT_EQ(sample.system.busy, 9);
  EXPECT_EQ(sample.system.softirq, 0.5);
  EXPECT_EQ(sample.calls.value().wait, 3);
  EXPECT_EQ(sample.allocations, 4);
  EXPECT_EQ(sample.hosts.control_round_trip, 0.001);
  EXPECT_EQ(sample.hosts.usage[Role::writer].value().busy, 15);
  EXPECT_EQ(sample.hosts.usage[Role::reader].value().busy, 16);
  EXPECT_FALSE(sample.hosts.usage[Role::relay]);
  EXPECT_EQ(sample.facts.writer_process.minor_faults, 5);
  EXPECT_EQ(sample.facts.reader_process.minor_faults, 6);
  EXPECT_EQ(sample.facts.relay_process.minor_faults, 7);
  EXPECT_EQ(sample.facts.net.collapsed, 8);
  EXPECT_EQ(sample.facts.source.value().cwnd, 11);
  EXPECT_EQ(sample.facts.writer.value().cwnd, 12);
  EXPECT_EQ(sample.facts.reader.value().cwnd, 14);
  EXPECT_EQ(sample.flows.value().engines, 17);
  EXPECT_EQ(sample.retransmits, 13) << "a reader sends none";
}

/// On a path of `kinds`.
Sample sample_on(const PathKinds& kinds, const RelayReport& report) {
  const PathInfo path{kinds, "", {}};
  SamplePlan plan;
  plan.path = &path;
  return sample_of(plan, report);
}

TEST(SampleOf, LeavesOutAPeerThatThereIsNotAndTakesTheRelaysMarksThen) {
  const Sample from = sample_on(kFromFile, good_report());
  EXPECT_FALSE(from.writer);
  EXPECT_TRUE(from.reader);
  const Sample to = sample_on(kToFile, good_report());
  EXPECT_TRUE(to.writer);
  EXPECT_FALSE(to.reader);
  EXPECT_EQ(to.marks.front(), 0.125);
  EXPECT_EQ(from.marks.front(), 0.25);
}

TEST(SampleOf, HasNoMarkBehindItsEndByRoundingEither) {
  RelayReport report = good_report();
  report.started = 0.1;
  report.usage.seconds = 0.2;
  report.reader.marks.fill(report.started + report.usage.seconds);
  ASSERT_GT(report.reader.marks[7] - report.started, 0.2);
  EXPECT_EQ(sample_on(kSockets, report).marks[7], 0.2);
}

TEST(SampleOf, AddsUpWhatBothSendersSentAgain) {
  RelayReport report = good_report();
  EXPECT_FALSE(sample_on(kSockets, report).retransmits) << "no sender knows";
  report.facts.sink = socket_of({}, 2);
  EXPECT_EQ(sample_on(kSockets, report).retransmits, 2);
  report.writer.socket = socket_of({}, 3);
  EXPECT_EQ(sample_on(kSockets, report).retransmits, 5);
  report.writer.socket = SocketFacts();
  EXPECT_EQ(sample_on(kSockets, report).retransmits, 2);
}

TEST(SampleOf, HasTheCpusBusyAtLeastAsLongAsTheProcessesOnThem) {
  RelayReport report = good_report();
  report.usage.system.busy = 1;
  EXPECT_EQ(sample_on(kSockets, report).system.busy, 0.375 + 0.5625 + 1.125);
  EXPECT_EQ(sample_on(kFromFile, report).system.busy, 0.375 + 1.125);
  report.writer.apart = true;
  EXPECT_EQ(sample_on(kSockets, report).system.busy, 0.375 + 1.125);
  report.reader.apart = true;
  EXPECT_EQ(sample_on(kSockets, report).system.busy, 1);
  report.reader.apart = false;
  report.usage.system.known = false;
  EXPECT_EQ(sample_on(kSockets, report).system.busy, 1) << "nothing is known of it";
}

}  // namespace
}  // namespace splicebench
