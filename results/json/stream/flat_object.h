#pragma once

// An object of a file as it is read by the thousand: its members in their order, in the memory of
// the object before.

#include <bitset>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace splicebench {

class FlatObject {
 public:
  /// Without members.
  void clear();
  /// In place of a member of that name, if there is one.
  void add(const std::string& key, nlohmann::json value);
  /// The member `prefix` + `key`; null: there is none. Quickest in the order of the file. It stays
  /// until the object changes.
  const nlohmann::json* find(std::string_view prefix, std::string_view key) const;

  std::size_t size() const { return count_; }
  nlohmann::json to_json() const;

 private:
  struct Member {
    std::string key;
    nlohmann::json value;
  };
  static constexpr std::size_t kBits = 1024;

  /// Whether a name that falls there is a member: tells that most are not without a look at them.
  static std::size_t bit_of(char first, char last, std::size_t length);
  std::size_t place_of(std::string_view prefix, std::string_view key) const;

  std::vector<Member> members_;  ///< more than there are: what is behind them is used again
  std::size_t count_ = 0;
  std::size_t distinct_ = 0;      ///< so many of `members_` have different names
  mutable std::size_t next_ = 0;  ///< where the next that is looked for is likely to be
  std::bitset<kBits> bits_;
};

/// An object in either form. It must outlive this.
class ObjectView {
 public:
  ObjectView(const nlohmann::json& tree) : tree_(&tree) {}    // NOLINT: one for the other
  ObjectView(const FlatObject& object) : object_(&object) {}  // NOLINT: one for the other

  /// Null: there is none.
  const nlohmann::json* find(const std::string& prefix, const char* key) const;
  /// Throws nlohmann::json::exception where there is none.
  const nlohmann::json& at(const std::string& prefix, const char* key) const;

  bool contains(const char* key) const { return find("", key) != nullptr; }
  const nlohmann::json& at(const char* key) const { return at("", key); }
  /// `otherwise` where there is none. Throws nlohmann::json::exception where it is of another type.
  template <typename T>
  T value(const char* key, T otherwise) const {
    const nlohmann::json* found = find("", key);
    return found == nullptr ? otherwise : found->get<T>();
  }

 private:
  const nlohmann::json* tree_ = nullptr;
  const FlatObject* object_ = nullptr;
};

}  // namespace splicebench
