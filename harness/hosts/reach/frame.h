#pragma once

// What the runner and an agent on another host say to each other: frames over two pipes, after one
// line of text by which each knows that the other is the same build of the protocol. Both ends are
// of one version and one architecture, so what frames carry are plain structs.
//
//   runner -> agent   listen, route, facts, start,   requests, answered in their order
//                     usage, stopped, unavailable,
//                     version, half_close, relay,
//                     relay_facts, relay_end
//   runner -> agent   kill, forget                   a process, a listener: not answered
//   agent  -> runner  hello                          once: what the host is
//   agent  -> runner  done, failed                   the answer: a struct or a sentence
//   agent  -> runner  ended                          a process that was started
//   both              packet, hang_up                of a control socket (harness/wire/control.h)
//   both              beat                           now and then: the other is there

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace splicebench {

enum class FrameKind : std::uint32_t {
  hello,
  listen,
  route,
  facts,
  start,
  usage,
  load,
  stopped,
  unavailable,
  version,
  half_close,
  relay,
  relay_facts,
  relay_end,
  kill,
  forget,
  done,
  failed,
  ended,
  packet,
  hang_up,
  beat,
};

struct Frame {
  FrameKind kind = FrameKind::beat;
  std::uint32_t number = 0;  ///< of a channel or a process; of others 0
  std::string payload{};
};

/// Bytes of a payload, at most: a start has some for each connection.
inline constexpr std::size_t kMostPayload = 4 << 20;

/// As it goes over the pipe.
std::string encoded(const Frame& frame);

/// Cuts a stream of bytes into frames.
class FrameReader {
 public:
  void add(const char* bytes, std::size_t size) { bytes_.append(bytes, size); }
  /// The next one, once it is whole. Throws std::runtime_error: the other side sent none of ours.
  std::optional<Frame> next();

 private:
  std::string bytes_;
};

/// Plain structs, one behind the other.
class Packed {
 public:
  template <typename T>
  void add(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <typename T>
  void add_all(const std::vector<T>& values) {
    add(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) add(value);
  }
  void add_text(std::string_view text) {
    add(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Takes them out in that order. Throws std::runtime_error where there are not as many bytes.
class Unpacked {
 public:
  explicit Unpacked(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T take() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    take_bytes(sizeof value).copy(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
  template <typename T>
  std::vector<T> take_all() {
    const std::uint32_t count = take<std::uint32_t>();
    std::vector<T> values;
    for (std::uint32_t i = 0; i < count; ++i) values.push_back(take<T>());
    return values;
  }
  std::string take_text() { return std::string(take_bytes(take<std::uint32_t>())); }

 private:
  std::string_view take_bytes(std::size_t size) {
    if (size > bytes_.size()) throw std::runtime_error("a message of an agent is too short");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string_view bytes_;
};

}  // namespace splicebench
