#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace splicebench {

/// Every text once, under a small number: names and keys of a million samples are few. Ids count up
/// from 0 in order of first sight; 0 is the empty text.
class StringTable {
 public:
  using Id = std::uint32_t;

  StringTable() { intern(""); }
  StringTable(const StringTable&) = delete;  // the index points into the texts
  StringTable& operator=(const StringTable&) = delete;

  Id intern(std::string_view text) {
    const auto found = index_.find(text);
    if (found != index_.end()) return found->second;
    const Id id = static_cast<Id>(texts_.size());
    index_.emplace(texts_.emplace_back(text), id);
    return id;
  }

  /// Valid as long as the table.
  std::string_view text(Id id) const { return texts_[id]; }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, Id> index_;
};

}  // namespace splicebench
