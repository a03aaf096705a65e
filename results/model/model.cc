#include "results/model/model.h"

#include <fmt/format.h>

namespace splicebench {

std::string Row::key() const { return fmt::format("{}/{}", path, chunk); }

std::string CaseId::name() const {
  const bool to_socket = path.ends_with("-to-tcp") || path.ends_with("-to-unix");
  return fmt::format("Splice{}/{}/mode={}", to_socket ? "" : "File", key(), mode);
}

}  // namespace splicebench
