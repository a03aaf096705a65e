// A limit is kept to the byte; what is over stays in the source.

#include <fmt/format.h>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"

namespace splicebench {

namespace {

Situation limited(const std::string& name, std::uint64_t bytes, std::uint64_t limit) {
  Situation situation;
  situation.group = "limits";
  situation.name = name;
  situation.quick = bytes < 1 << 20;
  situation.act = [bytes, limit](Trial& trial) {
    Script script;
    script.writing.bytes = bytes;
    script.writing.size = 10000;
    script.limit = limit;
    trial.relay(script);
  };
  return situation;
}

Situation in_two_transfers() {
  Situation situation;
  situation.group = "limits";
  situation.name = "one engine, two transfers";
  situation.quick = true;
  situation.act = [](Trial& trial) {
    Script script;
    script.writing.bytes = 300000;
    script.pause_at = 123457;
    script.meanwhile = [] {};
    trial.relay(script);
  };
  return situation;
}

}  // namespace

std::vector<Situation> limit_situations() {
  std::vector<Situation> rows;
  for (const std::uint64_t bytes : {std::uint64_t{100000}, std::uint64_t{3 << 20}}) {
    const std::string of = fmt::format(" of {} B", bytes);
    rows.push_back(limited("none" + of, bytes, 0));
    rows.push_back(limited("the first byte" + of, bytes, 1));
    rows.push_back(limited("half" + of, bytes, bytes / 2));
    rows.push_back(limited("all but one" + of, bytes, bytes - 1));
    rows.push_back(limited("all" + of, bytes, bytes));
    rows.push_back(limited("one more than all" + of, bytes, bytes + 1));
  }
  rows.push_back(in_two_transfers());
  return rows;
}

}  // namespace splicebench
