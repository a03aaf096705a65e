#pragma once

// JSON as a stream of events with the position of each, in memory that does not grow with the file.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "results/files/input.h"

namespace splicebench {

/// Where a reader is in the input.
struct JsonPosition {
  std::uint64_t byte = 0;  ///< bytes taken
  std::uint64_t line = 1;
};

/// Hands the bytes of a Window to nlohmann's lexer one by one. advance() throws UsageError at a
/// string, number or gap between them of more than 1 MiB: the lexer would hold it whole.
class JsonBytes {
 public:
  /// Both must outlive this. `name` is the file's, for errors.
  JsonBytes(Window& window, const std::string& name);

  bool ended() const { return at_ == end_; }
  char current() const { return *at_; }
  void advance() {
    if (++at_ == end_) refill();
  }
  /// A string or number ends here.
  void end_token() { token_end_ = byte(); }

  JsonPosition position() const;  ///< looks through what is buffered: for errors
  const std::string& name() const { return name_; }

 private:
  std::uint64_t byte() const { return passed_ + static_cast<std::uint64_t>(at_ - begin_); }
  void take_view();
  void refill();

  Window& window_;
  const std::string& name_;
  const char* begin_ = nullptr;  ///< of what is buffered
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t passed_ = 0;        ///< bytes before begin_
  std::uint64_t lines_passed_ = 0;  ///< line ends in them
  std::uint64_t token_end_ = 0;     ///< byte at which the last string or number ended
};

/// Follows the structure of a file. What a kind of file consists of is for what inherits:
/// it sees every value and name, and overrides what else it needs, calling this class's own.
class JsonFollower : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonFollower(JsonBytes& bytes) : bytes_(bytes) {}

  bool null() final { return value(nullptr); }
  bool boolean(bool flag) final { return value(flag); }
  bool number_integer(number_integer_t number) final { return token(number); }
  bool number_unsigned(number_unsigned_t number) final { return token(number); }
  bool number_float(number_float_t number, const string_t& text) final;
  bool string(string_t& text) final { return token(std::move(text)); }
  bool key(string_t& name) final;
  bool binary(binary_t& bytes) final;
  bool start_object(std::size_t elements) override;
  bool end_object() override;
  bool start_array(std::size_t elements) override;
  bool end_array() override;
  /// Always throws UsageError: with the position, and whether the file is damaged or cut off.
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) final;

 protected:
  /// A value that is neither object nor array. Returns true: go on.
  virtual bool value(nlohmann::json value) = 0;
  /// The name of the member that follows.
  virtual void member(const std::string& name) = 0;

  int depth() const { return depth_; }  ///< objects and arrays that are open
  const JsonBytes& bytes() const { return bytes_; }

 private:
  bool token(nlohmann::json content) {
    bytes_.end_token();
    return value(std::move(content));
  }
  void enter();

  JsonBytes& bytes_;
  int depth_ = 0;
};

/// Reads all of `bytes` through `follower`. Throws UsageError for what is no JSON, is nested deeper
/// than any result, or is refused by the follower.
void follow_json(JsonBytes& bytes, JsonFollower& follower);

}  // namespace splicebench
