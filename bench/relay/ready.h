#pragma once

// What the relay processes tell the runner in fixed-size messages.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/wire/control.h"

namespace splicebench {

/// Cut to what fits, NUL-terminated.
template <std::size_t size>
void copy_text(std::array<char, size>& target, const std::string& text) {
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(target.data(), text.data(), length);
  target[length] = '\0';
}

/// What an engine got, for the runner. Throws std::runtime_error when the message has no room for
/// it: nothing is cut off.
inline RelayReady ready_with(const std::vector<Granted>& granted) {
  RelayReady ready;
  for (const Granted& one : granted) {
    if (ready.count == ready.granted.size()) {
      throw std::runtime_error(fmt::format("the engine got more than {} things; name fewer of them",
                                           ready.granted.size()));
    }
    GrantedMessage& message = ready.granted[ready.count++];
    if (one.name.size() >= message.name.size()) {
      throw std::runtime_error(
          fmt::format("what the engine got is called '{}'; use fewer than {} "
                      "characters",
                      one.name, message.name.size()));
    }
    copy_text(message.name, one.name);
    message.got = one.got;
    message.asked = one.asked;
  }
  return ready;
}

}  // namespace splicebench
