#pragma once

// Keys by which filters and projections name a part of a record: .name .fullname .file /sub and
// the keys of the input itself.

#include <string>
#include <string_view>
#include <vector>

#include "results/compare/record.h"

namespace splicebench {

/// A benchmark name in its parts: "Enc/format=json/size=1k-8" is the base "Enc", "/format=json",
/// "/size=1k" and "-8" (GOMAXPROCS).
struct NameParts {
  std::string_view base;
  std::vector<std::string_view> parts;  ///< each with its leading '/' or '-'
};
NameParts split_name(std::string_view name);

/// The name without what `excluded` keys hold: .name leaves "*", /k leaves nothing of its part.
std::string name_without(std::string_view name, const std::vector<std::string>& excluded);

class RecordKey {
 public:
  explicit RecordKey(std::string key);

  const std::string& text() const { return key_; }
  /// Part of the benchmark's name (.name, /sub), not of the input's settings.
  bool is_name_part() const { return kind_ == Kind::kName || kind_ == Kind::kSub; }

  /// The key's value in a record of `file` (its label); empty when it has none.
  std::string_view value(const Record& record, std::string_view file) const;

 private:
  enum class Kind { kName, kFullname, kFile, kSub, kSetting };
  Kind kind_;
  std::string key_;
};

}  // namespace splicebench
