#include "results/json/stream/json_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>

#include "results/files/error.h"

namespace splicebench {

namespace {

/// Longer strings and numbers are damage, and so is as much without either: the lexer holds all
/// from the start of one to that of the next.
constexpr std::uint64_t kLongestToken = std::uint64_t{1} << 20;
constexpr int kDeepest = 100;

/// What nlohmann's lexer takes as input: the end is a null pointer.
class ByteIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  explicit ByteIterator(JsonBytes* bytes) : bytes_(bytes) {}
  char operator*() const { return bytes_->current(); }
  ByteIterator& operator++() {
    bytes_->advance();
    return *this;
  }
  ByteIterator operator++(int) {
    const ByteIterator before = *this;
    bytes_->advance();
    return before;
  }
  bool ended() const { return bytes_ == nullptr || bytes_->ended(); }
  friend bool operator==(const ByteIterator& a, const ByteIterator& b) {
    return a.ended() == b.ended();
  }

 private:
  JsonBytes* bytes_;
};

}  // namespace

JsonBytes::JsonBytes(Window& window, const std::string& name) : window_(window), name_(name) {
  take_view();
  if (ended()) refill();
}

void JsonBytes::take_view() {
  begin_ = at_ = window_.view().data();
  end_ = begin_ + window_.view().size();
  // The lexer takes it for the end of its input: what stands behind would not be seen.
  const void* nul = std::memchr(begin_, '\0', window_.view().size());
  if (nul == nullptr) return;
  at_ = static_cast<const char*>(nul);
  throw UsageError(fmt::format("{}: a NUL byte at byte {}, which no JSON has; the file is damaged",
                               name_, byte()));
}

JsonPosition JsonBytes::position() const {
  JsonPosition here{byte(), 1 + lines_passed_};
  for (const char* at = begin_; at != at_; ++at, ++here.line) {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(at_ - at)));
    if (at == nullptr) break;
  }
  return here;
}

void JsonBytes::refill() {
  const JsonPosition here = position();
  if (here.byte - token_end_ > kLongestToken) {
    throw UsageError(
        fmt::format("{}: string, number or gap longer than 1 MiB after byte {} (line {}); "
                    "the file is damaged, write it again",
                    name_, token_end_, here.line));
  }
  window_.consume(window_.view().size());
  window_.fill();
  passed_ = here.byte;
  lines_passed_ = here.line - 1;
  take_view();
}

bool JsonFollower::number_float(number_float_t number, const string_t& text) {
  static_cast<void>(text);
  return token(number);
}

bool JsonFollower::key(string_t& name) {
  bytes_.end_token();
  member(name);
  return true;
}

bool JsonFollower::binary(binary_t& bytes) {
  static_cast<void>(bytes);  // there is none in text
  return true;
}

bool JsonFollower::start_object(std::size_t elements) {
  static_cast<void>(elements);
  enter();
  return true;
}

bool JsonFollower::start_array(std::size_t elements) {
  static_cast<void>(elements);
  enter();
  return true;
}

bool JsonFollower::end_object() {
  --depth_;
  return true;
}

bool JsonFollower::end_array() {
  --depth_;
  return true;
}

bool JsonFollower::parse_error(std::size_t position, const std::string& last_token,
                               const nlohmann::detail::exception& error) {
  static_cast<void>(position);
  static_cast<void>(last_token);
  const JsonPosition at = bytes_.position();
  const bool cut_off = bytes_.ended();
  constexpr int out_of_range = 406;
  throw UsageError(fmt::format("{}: {} at byte {} (line {}); {}", bytes_.name(),
                               error.id == out_of_range ? "number out of range"
                               : cut_off                ? "JSON cut off"
                                                        : "not valid JSON",
                               at.byte, at.line,
                               cut_off
                                   ? "the file is truncated, write it again"
                                   : "give a file as Google Benchmark or splicebench writes it"));
}

void JsonFollower::enter() {
  if (++depth_ <= kDeepest) return;
  const JsonPosition at = bytes_.position();
  throw UsageError(
      fmt::format("{}: nested deeper than {} levels at byte {} (line {}); this is "
                  "no benchmark result",
                  bytes_.name(), kDeepest, at.byte, at.line));
}

void follow_json(JsonBytes& bytes, JsonFollower& follower) {
  nlohmann::json::sax_parse(ByteIterator(&bytes), ByteIterator(nullptr), &follower);
}

}  // namespace splicebench
