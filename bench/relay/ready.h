#pragma once

// What the relay processes tell the runner in fixed-size messages.

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "harness/engine/engine.h"
#include "harness/wire/control.h"

namespace splicebench {

/// Cut to what fits, NUL-terminated.
template <std::size_t size>
void copy_text(std::array<char, size>& target, const std::string& text) {
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(target.data(), text.data(), length);
  target[length] = '\0';
}

/// What `engine` got, for the runner.
inline RelayReady ready_with(const Engine& engine) {
  RelayReady ready;
  std::size_t next = 0;
  for (const auto& [name, bytes] : engine.granted()) {
    if (next == ready.granted.size()) break;
    copy_text(ready.granted[next].name, name);
    ready.granted[next].bytes = bytes;
    ++next;
  }
  return ready;
}

}  // namespace splicebench
