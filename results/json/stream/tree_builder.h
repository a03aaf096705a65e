#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace splicebench {

/// Builds a tree from values in the order in which a file has them.
class TreeBuilder {
 public:
  void key(const std::string& key) { key_ = key; }
  void open(nlohmann::json container) { open_.push_back(&add(std::move(container))); }
  void close() { open_.pop_back(); }
  /// The whole; the next value begins another.
  nlohmann::json take() { return std::exchange(root_, nullptr); }

  nlohmann::json& add(nlohmann::json value) {
    if (open_.empty()) return root_ = std::move(value);
    nlohmann::json& parent = *open_.back();
    if (parent.is_object()) return parent[key_] = std::move(value);
    return parent.emplace_back(std::move(value));
  }

 private:
  nlohmann::json root_;
  std::string key_;
  std::vector<nlohmann::json*> open_;  ///< the innermost container last
};

}  // namespace splicebench
