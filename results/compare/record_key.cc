#include "results/compare/record_key.h"

#include <algorithm>

namespace splicebench {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The "-8" at the end of a name; empty when there is none.
std::string_view gomaxprocs_part(std::string_view name) {
  std::size_t digits = name.size();
  while (digits > 0 && is_digit(name[digits - 1])) --digits;
  if (digits == name.size() || digits == 0 || name[digits - 1] != '-') return {};
  return name.substr(digits - 1);
}

bool is_value_of(std::string_view part, std::string_view key) {
  return part.size() > key.size() && part.starts_with(key) && part[key.size()] == '=';
}

}  // namespace

NameParts split_name(std::string_view name) {
  const std::string_view procs = gomaxprocs_part(name);
  name.remove_suffix(procs.size());
  NameParts result;
  std::size_t slash = std::min(name.find('/'), name.size());
  result.base = name.substr(0, slash);
  while (slash < name.size()) {
    const std::size_t next = std::min(name.find('/', slash + 1), name.size());
    result.parts.push_back(name.substr(slash, next - slash));
    slash = next;
  }
  if (!procs.empty()) result.parts.push_back(procs);
  return result;
}

std::string name_without(std::string_view name, const std::vector<std::string>& excluded) {
  if (excluded.empty()) return std::string(name);
  const NameParts parts = split_name(name);
  const bool no_base = std::find(excluded.begin(), excluded.end(), ".name") != excluded.end();
  std::string rest(no_base ? "*" : parts.base);
  for (const std::string_view part : parts.parts) {
    const bool cut = std::any_of(excluded.begin(), excluded.end(), [&](const std::string& key) {
      return is_value_of(part, key) || (part.front() == '-' && key == "/gomaxprocs");
    });
    if (!cut) rest += part;
  }
  return rest;
}

RecordKey::RecordKey(std::string key) : key_(std::move(key)) {
  if (key_ == ".name") {
    kind_ = Kind::kName;
  } else if (key_ == ".fullname") {
    kind_ = Kind::kFullname;
  } else if (key_ == ".file") {
    kind_ = Kind::kFile;
  } else {
    kind_ = key_.starts_with('/') ? Kind::kSub : Kind::kSetting;
  }
}

std::string_view RecordKey::value(const Record& record, std::string_view file) const {
  switch (kind_) {
    case Kind::kName:
      return split_name(record.name).base;
    case Kind::kFullname:
      return record.name;
    case Kind::kFile:
      return file;
    case Kind::kSub: {
      const NameParts parts = split_name(record.name);
      if (key_ == "/gomaxprocs" && !parts.parts.empty() && parts.parts.back().front() == '-') {
        return parts.parts.back().substr(1);
      }
      for (const std::string_view part : parts.parts) {
        if (is_value_of(part, key_)) return part.substr(key_.size() + 1);
      }
      break;
    }
    case Kind::kSetting:
      break;
  }
  // Of our own results a part that is left out of the name stands here, too.
  for (const Setting& setting : *record.settings) {
    if (setting.key == key_) return setting.value;
  }
  return {};
}

}  // namespace splicebench
