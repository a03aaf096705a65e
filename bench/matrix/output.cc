#include "bench/matrix/output.h"

#include <ctime>

namespace splicebench {

std::string default_out() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  std::strftime(text, sizeof text, "splicebench-%Y%m%dT%H%M%SZ.json", &utc);
  return text;
}

}  // namespace splicebench
