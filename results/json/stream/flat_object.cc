#include "results/json/stream/flat_object.h"

#include <cstdint>
#include <utility>

namespace splicebench {

using nlohmann::json;

void FlatObject::clear() {
  count_ = 0;
  next_ = 0;
  bits_.reset();
}

std::size_t FlatObject::bit_of(char first, char last, std::size_t length) {
  const std::uint32_t begin = static_cast<unsigned char>(first);
  const std::uint32_t end = static_cast<unsigned char>(last);
  const std::uint32_t all = begin << 16 | end << 8 | static_cast<std::uint32_t>(length & 0xff);
  return all * 0x9e3779b1U >> 22;  // multiplicative hashing (Knuth, TAOCP 3, 6.4), to 10 bits
}

std::size_t FlatObject::place_of(std::string_view prefix, std::string_view key) const {
  const std::size_t length = prefix.size() + key.size();
  const char first = length == 0 ? '\0' : prefix.empty() ? key.front() : prefix.front();
  const char last = length == 0 ? '\0' : key.empty() ? prefix.back() : key.back();
  if (!bits_[bit_of(first, last, length)]) return count_;
  for (std::size_t passed = 0, at = next_; passed < count_; ++passed, ++at) {
    if (at >= count_) at = 0;
    const std::string& name = members_[at].key;
    if (name.size() == length && name.ends_with(key) && name.starts_with(prefix)) return at;
  }
  return count_;
}

void FlatObject::add(const std::string& key, json value) {
  // Most objects have the names of the one before.
  const bool as_before = count_ < distinct_ && members_[count_].key == key;
  const std::size_t place = as_before ? count_ : place_of("", key);
  if (place == members_.size()) members_.emplace_back();
  Member& member = members_[place];
  if (!as_before && place == count_) {
    member.key = key;
    distinct_ = count_ + 1;
  }
  if (place == count_) {
    bits_.set(key.empty() ? bit_of('\0', '\0', 0) : bit_of(key.front(), key.back(), key.size()));
    ++count_;
  }
  member.value = std::move(value);
}

const json* FlatObject::find(std::string_view prefix, std::string_view key) const {
  const std::size_t place = place_of(prefix, key);
  if (place == count_) return nullptr;
  next_ = place + 1;
  return &members_[place].value;
}

json FlatObject::to_json() const {
  json tree = json::object();
  for (std::size_t i = 0; i < count_; ++i) tree[members_[i].key] = members_[i].value;
  return tree;
}

const json* ObjectView::find(const std::string& prefix, const char* key) const {
  if (object_ != nullptr) return object_->find(prefix, key);
  const json::const_iterator found = tree_->find(prefix + key);
  return found == tree_->end() ? nullptr : &*found;
}

const json& ObjectView::at(const std::string& prefix, const char* key) const {
  // What is missing is said in the library's words.
  if (object_ == nullptr) return tree_->at(prefix + key);
  static const json nothing = json::object();
  const json* found = object_->find(prefix, key);
  return found == nullptr ? nothing.at(prefix + key) : *found;
}

}  // namespace splicebench
