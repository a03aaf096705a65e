// When the system has no more to give, relays become slower, never wrong.

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::uint64_t kOfRelay = 20000;

/// Ends and engines of many connections at once, tried one after the other. Returns the smallest
/// pipe an engine got; none: there are none.
std::optional<std::int64_t> relay_each(Trial& trial, std::vector<PathEnds>& all) {
  std::vector<std::unique_ptr<Engine>> engines;
  engines.reserve(all.size());
  for (PathEnds& ends : all) engines.push_back(trial.engine(ends.source.get(), ends.sink.get()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    Writing writing;
    writing.bytes = kOfRelay;
    writing.leave = Leave::keep;
    Trial::feed(all[i], writing);
    trial.expect_outcome(
        {Ended::limit, Side::none, {}, kOfRelay},
        trial.drive(*engines[i], all[i].source.get(), all[i].sink.get(), kOfRelay));
    if (all[i].reader) {
      trial.expect_arrived("at the reader", kOfRelay, read_rest(all[i].reader.get(), 0, kOfRelay));
    } else if (trial.subject().path->kinds.sink == EndKind::file) {
      trial.expect_arrived("in the file", kOfRelay, read_file(all[i].sink.get(), 0, kOfRelay));
    }
  }
  std::optional<std::int64_t> smallest;
  for (const std::unique_ptr<Engine>& engine : engines) {
    const std::map<std::string, std::int64_t> granted = got_by_name(engine->granted());
    const auto pipe = granted.find("pipe");
    if (pipe != granted.end())
      smallest = smallest ? std::min(*smallest, pipe->second) : pipe->second;
  }
  return smallest;
}

std::vector<PathEnds> open_many(Trial& trial, int count) {
  std::vector<PathEnds> all;
  for (int i = 0; i < count; ++i) {
    trial.reopen();  // in the handling's state
    all.push_back(std::move(trial.ends()));
  }
  trial.reopen();
  return all;
}

/// As many descriptors as this process may have at all.
void require_descriptors(rlim_t count, const char* for_what) {
  const std::uint64_t limit = raise_descriptor_limit();
  if (limit < count) {
    throw NotApplicable(
        fmt::format("{} take {} descriptors, the hard limit is {}", for_what, count, limit));
  }
}

/// The connections are there; for the pipes of 40 relays 24 descriptors are left.
void few_descriptors(Trial& trial) {
  require_descriptors(250, "40 relays");
  std::vector<PathEnds> all = open_many(trial, 40);
  const Fd highest(check(::dup(0), "duplicate", "a descriptor"));
  rlimit limit{};
  check(::getrlimit(RLIMIT_NOFILE, &limit), "read", "RLIMIT_NOFILE");
  limit.rlim_cur = static_cast<rlim_t>(highest.get()) + 24;
  check(::setrlimit(RLIMIT_NOFILE, &limit), "set", "RLIMIT_NOFILE");
  relay_each(trial, all);
}

void become_nobody() {
  constexpr uid_t kNobody = 65534;
  if (::geteuid() != 0) return;
  if (::setresuid(kNobody, kNobody, kNobody) != 0) {
    // In a user namespace there may be no other user.
    throw NotApplicable(fmt::format("cannot become nobody: {}", error_name(errno)));
  }
  become_child();  // another user is no longer ended with its parent
}

/// Who sends without a copy locks the memory that the kernel sends from.
void no_locked_memory(Trial& trial) {
  const rlimit none{0, 0};
  check(::setrlimit(RLIMIT_MEMLOCK, &none), "set", "RLIMIT_MEMLOCK");
  become_nobody();
  Script script;
  script.writing.bytes = 3 << 20;
  trial.relay(script);
}

void many_pipes_without_privilege(Trial& trial) {
  std::int64_t pages = 0;
  std::ifstream("/proc/sys/fs/pipe-user-pages-soft") >> pages;
  if (pages == 0) throw NotApplicable("fs.pipe-user-pages-soft sets no limit here");
  require_descriptors(1500, "200 relays");
  std::vector<PathEnds> all = open_many(trial, 200);
  become_nobody();
  const std::optional<std::int64_t> smallest = relay_each(trial, all);
  if (!smallest) return;
  const std::int64_t asked = trial.subject().mode.values.at("pipe");
  if (*smallest >= asked) {
    throw NotApplicable(fmt::format(
        "200 pipes of {} bytes do not reach fs.pipe-user-pages-soft ({} pages)", asked, pages));
  }
}

}  // namespace

std::vector<Situation> system_limit_situations() {
  return {
      {"system limits", "40 relays, 24 descriptors left", few_descriptors, nullptr, true},
      {"system limits", "no memory may be locked", no_locked_memory, nullptr, true},
      {"system limits", "200 relays without privilege", many_pipes_without_privilege, nullptr, true,
       60},
  };
}

}  // namespace splicebench
