#include "results/model/model.h"

#include <fmt/format.h>

#include "results/model/path_kinds.h"

namespace splicebench {

std::string CaseId::name() const {
  const std::optional<PathKinds> kinds = kinds_of(path);
  return fmt::format("Splice{}/{}/{}/mode={}", kinds && kinds->has_reader() ? "" : "File", path,
                     chunk, mode);
}

std::string group_key(const CaseId& id) { return fmt::format("{}/{}", id.path, id.chunk); }

}  // namespace splicebench
