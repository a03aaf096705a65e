#include "results/model/model.h"

#include <fmt/format.h>

namespace splicebench {

CallCounts& CallCounts::operator+=(const CallCounts& other) {
  in += other.in;
  out += other.out;
  wait += other.wait;
  eagain += other.eagain;
  short_in += other.short_in;
  short_out += other.short_out;
  fallback += other.fallback;
  return *this;
}

std::string CaseId::name() const {
  const bool to_socket = path.ends_with("-to-tcp") || path.ends_with("-to-unix");
  return fmt::format("Splice{}/{}/{}/mode={}", to_socket ? "" : "File", path, chunk, mode);
}

}  // namespace splicebench
