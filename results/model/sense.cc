#include "results/model/sense.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr std::int64_t kMostRounds = 100000;
constexpr std::int64_t kLargestChunk = 1 << 30;
/// A PiB: no machine moves it in the hour that a sample may last at most.
constexpr std::int64_t kMostBytes = std::int64_t{1} << 50;
constexpr double kMostSeconds = 3600;

template <typename... Arguments>
[[noreturn]] void refuse(fmt::format_string<const Arguments&...> format,
                         const Arguments&... arguments) {
  throw UsageError(fmt::format(format, arguments...));
}

void require_chunk(std::int64_t chunk) {
  if (chunk < 1 || chunk > kLargestChunk)
    refuse("a chunk of {} bytes is not from 1 to {}", chunk, kLargestChunk);
}

void require_time(const char* what, double seconds) {
  if (!(seconds > 0 && seconds <= kMostSeconds))
    refuse("{} of {} s is not above 0 and at most {}", what, seconds, kMostSeconds);
}

/// A run that is completed goes there.
void require_places(const HostOptions& hosts) {
  for (const RoleInfo& info : kRoles) {
    const std::string& text = hosts.places[info.role];
    const std::optional<HostPlace> place = parse_host_place(text.empty() ? "local" : text);
    if (!place) refuse("the {}'s place '{}' is not {}", info.name, text, kHostPlaceForms);
  }
}

void require_options(const RunOptions& options) {
  if (options.rounds < 1 || options.rounds > kMostRounds)
    refuse("{} rounds are not from 1 to {}", options.rounds, kMostRounds);
  for (const std::int64_t chunk : options.chunks) require_chunk(chunk);
  require_time("min_time", options.min_time);
  require_time("timeout", options.timeout);
  if (options.time > 0) {
    require_time("time", options.time);
    if (!(options.precision > 0 && options.precision < 1))
      refuse("a precision of {} is not between 0 and 1", options.precision);
  }
  for (const ConditionInfo& info : kConditions) {
    if (options.conditions[info.kind].empty()) refuse("there is no {}", info.name);
  }
  for (const std::string& link : options.conditions[ConditionKind::link]) {
    if (link != "loopback" && link != "veth")
      refuse("the link '{}' is neither loopback nor veth", link);
  }
  require_places(options.hosts);
}

/// What is not among the links of the options would be measured over another one.
void require_link(const CaseId& id, const RunOptions& options) {
  const std::string& link = id.conditions[ConditionKind::link].value;
  const std::vector<std::string>& links = options.conditions[ConditionKind::link];
  if (!link.empty() && std::find(links.begin(), links.end(), link) == links.end())
    refuse("the link '{}' of {} is none of the options", link, id.name());
}

class Once {
 public:
  void require(const CaseId& id) {
    require_case(id);
    if (!known_.insert(id.name()).second) refuse("the case {} stands there twice", id.name());
  }

 private:
  std::set<std::string> known_;
};

/// What is good of a round stands there once; an error beside it may be of an earlier attempt.
template <typename Measured>
void require_rounds_once(const CaseId& id, const std::vector<Measured>& all) {
  std::set<std::int64_t> known;
  for (const Measured& one : all) {
    if (one.error.empty() && !known.insert(one.round).second)
      refuse("round {} of {} stands there twice", one.round, id.name());
  }
}

}  // namespace

void require_iterations(std::int64_t iterations, std::int64_t chunk) {
  if (iterations < 1 || iterations > kMostBytes / chunk)
    refuse("{} iterations of a chunk of {} bytes are no sample", iterations, chunk);
}

void require_case(const CaseId& id) {
  require_chunk(id.chunk);
  for (const ConditionKind kind :
       {ConditionKind::flows, ConditionKind::relay_threads, ConditionKind::peer_threads}) {
    if (count_of(id.conditions, kind) == 0)
      refuse("'{}' of {} is no number", id.conditions[kind].value, id.name());
  }
  if (id.path.empty() || id.mode.empty())
    refuse("the case {} lacks its {}", id.name(), id.path.empty() ? "path" : "mode");
}

void require_sample(const CaseId& id, const Sample& sample) {
  if (sample.round >= kMostRounds)
    refuse("round {} of {} is not below {}", sample.round, id.name(), kMostRounds);
  if (!(sample.seconds > 0)) refuse("a sample of {} took {} s", id.name(), sample.seconds);
  require_iterations(sample.iterations, id.chunk);
  if (sample.bytes != sample.iterations * id.chunk) {
    refuse("a sample of {} has {} bytes of {} iterations of {}", id.name(), sample.bytes,
           sample.iterations, id.chunk);
  }
  if (!sample.marks.empty() && sample.marks.size() != kMarks)
    refuse("a sample of {} has {} marks, not {}", id.name(), sample.marks.size(), kMarks);
  if (!std::is_sorted(sample.marks.begin(), sample.marks.end()))
    refuse("the marks of a sample of {} do not ascend", id.name());
  if (!sample.marks.empty() && sample.marks.back() > sample.seconds)
    refuse("a sample of {} has a mark at {} s of {}", id.name(), sample.marks.back(),
           sample.seconds);
}

void require_sense(const Result& result) {
  require_options(result.options);
  Once cases;
  for (const CaseResult& one : result.cases) {
    cases.require(one.id);
    require_link(one.id, result.options);
    for (const Sample& sample : one.samples) {
      if (sample.round < 0 || sample.round >= result.options.rounds)
        refuse("round {} of {} is not among its {}", sample.round, one.id.name(),
               result.options.rounds);
      if (sample.error.empty()) require_sample(one.id, sample);
    }
    require_rounds_once(one.id, one.samples);
  }
  if (!result.ping) return;
  Once pings;
  // Without an end, the round that is going on is not counted yet.
  const std::int64_t rounds = result.options.rounds + (result.ping->options.count == 0 ? 1 : 0);
  for (const PingCase& one : result.ping->cases) {
    pings.require(one.id);
    for (const PingBlock& block : one.blocks) {
      if (block.round < 0 || block.round >= rounds)
        refuse("round {} of {} is not among its {}", block.round, one.id.name(), rounds);
    }
    require_rounds_once(one.id, one.blocks);
  }
}

}  // namespace splicebench
