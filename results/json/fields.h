#pragma once

// Structs as JSON objects. A struct lists its fields once, in a template
//
//   template <Either<Thing> T, typename Visit>
//   void fields(T& thing, Visit& visit) { visit("key", thing.member); ... }
//
// which FieldWriter and FieldReader go through: what is written is what is read, in that order.

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "results/files/error.h"
#include "results/json/stream/flat_object.h"

namespace splicebench {

/// A `Value`, to be changed or not.
template <typename T, typename Value>
concept Either = std::same_as<std::remove_const_t<T>, Value>;

/// What a number may be. Whatever a file says, figures are computed from it and a run goes on with
/// it: a count is a whole number that a double holds exactly (2^53), a time at most 30 years.
enum class Sign { not_negative, any };

class FieldWriter {
 public:
  static constexpr bool kWrites = true;

  explicit FieldWriter(nlohmann::ordered_json& object, std::string prefix = "")
      : object_(object), prefix_(std::move(prefix)) {}

  template <typename T>
  void operator()(const char* key, const T& value, Sign /*sign*/ = Sign::not_negative) {
    object_[prefix_ + key] = value;
  }
  /// Its key is absent where it is.
  template <typename T>
  void operator()(const char* key, const std::optional<T>& value) {
    if (value) (*this)(key, *value);
  }
  /// A list of structs.
  template <typename T>
  requires requires(const T& value, FieldWriter& writer) { fields(value, writer); }
  void operator()(const char* key, const std::vector<T>& values) {
    nlohmann::ordered_json& array = object_[prefix_ + key] = nlohmann::ordered_json::array();
    for (const T& value : values) {
      FieldWriter writer(array.emplace_back(nlohmann::ordered_json::object()));
      fields(value, writer);
    }
  }
  /// The key is younger than files that are still read.
  template <typename T>
  void later(const char* key, const T& value) {
    (*this)(key, value);
  }
  /// Absent where it is T's initial value.
  template <typename T>
  void sparse(const char* key, const T& value, Sign /*sign*/ = Sign::not_negative) {
    if (value != T()) (*this)(key, value);
  }
  /// The fields of a struct, each key with `prefix` before it.
  template <typename T>
  void group(const char* prefix, const T& value) {
    FieldWriter writer(object_, prefix_ + prefix);
    fields(value, writer);
  }
  template <typename T>
  void group(const char* prefix, const std::optional<T>& value) {
    if (value) group(prefix, *value);
  }

 private:
  nlohmann::ordered_json& object_;
  std::string prefix_;
};

/// Throws nlohmann::json::exception on a missing or mistyped key, UsageError on a number that makes
/// no sense.
class FieldReader {
 public:
  static constexpr bool kWrites = false;

  explicit FieldReader(ObjectView object, std::string prefix = "")
      : object_(object), prefix_(std::move(prefix)) {}

  template <typename T>
  void operator()(const char* key, T& value, Sign sign = Sign::not_negative) {
    read(key, at(key), value, sign);
  }
  template <typename T>
  void operator()(const char* key, std::optional<T>& value) {
    const nlohmann::json* found = object_.find(prefix_, key);
    if (found != nullptr) read(key, *found, value.emplace(), Sign::not_negative);
  }
  template <typename T>
  void later(const char* key, T& value, Sign sign = Sign::not_negative) {
    const nlohmann::json* found = object_.find(prefix_, key);
    if (found != nullptr) read(key, *found, value, sign);
  }
  template <typename T>
  void sparse(const char* key, T& value, Sign sign = Sign::not_negative) {
    later(key, value, sign);
  }
  template <typename T>
  void group(const char* prefix, T& value) {
    FieldReader reader(object_, prefix_ + prefix);
    fields(value, reader);
  }
  /// It is there when its first field is.
  template <typename T>
  void group(const char* prefix, std::optional<T>& value) {
    T present;
    FirstKey first;
    fields(present, first);
    if (object_.find(prefix_ + prefix, first.key) != nullptr) group(prefix, value.emplace());
  }

 private:
  struct FirstKey {
    const char* key = nullptr;
    template <typename... Rest>
    void operator()(const char* name, const Rest&... /*rest*/) {
      if (key == nullptr) key = name;
    }
    template <typename... Rest>
    void sparse(const Rest&... /*rest*/) {}  // says nothing when absent
    /// What has groups begins with a field.
    template <typename T>
    void group(const char* /*prefix*/, const T& /*value*/) {}
  };

  const nlohmann::json& at(const char* key) const { return object_.at(prefix_, key); }

  [[noreturn]] void refuse(const char* key, const nlohmann::json& json, const char* what) const {
    throw UsageError(fmt::format("{}{} is {}, which is no {}", prefix_, key, json.dump(), what));
  }

  void read(const char* key, const nlohmann::json& json, double& value, Sign sign) const {
    constexpr double most = 1e15;
    if (json.is_boolean()) refuse(key, json, "figure of a measurement");  // get() makes it 0 or 1
    value = json.get<double>();
    if (!std::isfinite(value) || std::abs(value) > most ||
        (value < 0 && sign == Sign::not_negative)) {
      refuse(key, json, "figure of a measurement");
    }
  }
  void read(const char* key, const nlohmann::json& json, std::int64_t& value, Sign /*sign*/) const {
    constexpr std::uint64_t most = std::uint64_t{1} << 53;
    const bool is_count = json.is_number_unsigned() && json.get<std::uint64_t>() <= most;
    if ((json.is_number() || json.is_boolean()) && !is_count) refuse(key, json, "count");
    json.get_to(value);
  }
  void read(const char* key, const nlohmann::json& json, std::uint64_t& value,
            Sign /*sign*/) const {
    if ((json.is_number() || json.is_boolean()) && !json.is_number_unsigned())
      refuse(key, json, "whole number");
    json.get_to(value);
  }
  template <typename T>
  void read(const char* key, const nlohmann::json& json, std::vector<T>& values, Sign sign) const {
    if constexpr (requires(T & value, FieldReader & reader) { fields(value, reader); }) {
      for (const nlohmann::json& entry : json) {
        FieldReader reader(entry);
        fields(values.emplace_back(), reader);
      }
    } else {
      if (!json.is_array()) json.get_to(values);  // throws
      for (const nlohmann::json& entry : json) read(key, entry, values.emplace_back(), sign);
    }
  }
  template <typename T>
  void read(const char* key, const nlohmann::json& json, std::map<std::string, T>& values,
            Sign sign) const {
    if (!json.is_object()) json.get_to(values);  // throws
    values.clear();
    for (const auto& [name, entry] : json.items()) read(key, entry, values[name], sign);
  }
  template <typename T>
  requires std::same_as<T, std::string> || std::same_as<T, bool>
  void read(const char* /*key*/, const nlohmann::json& json, T& value, Sign /*sign*/) const {
    json.get_to(value);
  }

  const ObjectView object_;
  const std::string prefix_;
};

template <typename T>
nlohmann::ordered_json to_object(const T& value) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  FieldWriter writer(object);
  fields(value, writer);
  return object;
}

template <typename T>
T from_object(ObjectView object) {
  T value;
  FieldReader reader(object);
  fields(value, reader);
  return value;
}

}  // namespace splicebench
