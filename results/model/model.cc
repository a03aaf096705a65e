#include "results/model/model.h"

#include <fmt/format.h>

#include "results/model/path_kinds.h"

namespace splicebench {

std::string Row::key() const { return fmt::format("{}/{}", path, chunk); }

std::string CaseId::name() const {
  const std::optional<PathKinds> kinds = kinds_of(path);
  return fmt::format("Splice{}/{}/mode={}", kinds && kinds->has_reader() ? "" : "File", key(),
                     mode);
}

}  // namespace splicebench
