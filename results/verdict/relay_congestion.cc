#include <fmt/format.h>

#include "results/text/line.h"
#include "results/text/size.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

/// Cases whose relay's own sockets are not as their row has it.
class OtherSockets {
 public:
  void see(const CaseId& id, const std::string& congestion) {
    const std::string& row = id.conditions[ConditionKind::congestion].value;
    if (congestion.empty() || row.empty() || congestion == row) return;
    if (++count_ > 1) return;
    first_ = &id;
    found_ = &congestion;
  }

  std::vector<Warning> warnings() const {
    if (count_ == 0) return {};
    const std::string& wanted = first_->conditions[ConditionKind::congestion].value;
    return {{"relay-congestion",
             fmt::format("a relay's own sockets have another congestion control than those of "
                         "their row in {}, the first: {} {} {}, {} where the row has {}",
                         counted(count_, "case"), first_->heading(), format_size(first_->chunk),
                         first_->mode, *found_, wanted),
             fmt::format("measure with --congestion system, or as root with sysctl "
                         "net.ipv4.tcp_congestion_control={}",
                         wanted)}};
  }

 private:
  std::int64_t count_ = 0;
  const CaseId* first_ = nullptr;
  const std::string* found_ = nullptr;
};

}  // namespace

std::vector<Warning> relay_congestion_warnings(const Result& result) {
  OtherSockets other;
  for (const CaseResult& one : result.cases) other.see(one.id, one.relay_congestion);
  if (result.ping) {
    for (const PingCase& one : result.ping->cases) other.see(one.id, one.relay_congestion);
  }
  return other.warnings();
}

}  // namespace splicebench
