#pragma once

// Data connections between hosts. Whoever listens on a network is found by others, too: the end
// that connects presents the token of its visit and its own number first, all else is closed
// unread.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/network/address.h"
#include "harness/network/socket_settings.h"
#include "results/files/fd.h"

namespace splicebench {

using Token = std::array<unsigned char, 16>;

/// From the kernel's random numbers. Throws std::system_error.
Token random_token();

/// What a connection begins with.
struct Introduction {
  Token token{};
  std::uint32_t connection = 0;
  friend bool operator==(const Introduction&, const Introduction&) = default;
};
static_assert(sizeof(Introduction) == 20);

/// An IPv4 or IPv6 address as text, with a port. Throws UsageError that names `flag`.
Address address_of(const std::string& ip, unsigned port, const std::string& flag);

/// How long connections are waited for.
struct Patience {
  double deadline = 0;  ///< seconds of CLOCK_MONOTONIC
  int watched = -1;     ///< readable once none comes any more, or none is wanted; -1: nobody knows
};

/// Where connections are waited for.
class TokenListener {
 public:
  /// On `address`, whose port may be 0, with room for `connections` at once. Throws
  /// std::system_error.
  TokenListener(const Address& address, const SocketSettings& settings, std::size_t connections);

  /// With the port that the kernel chose.
  const Address& address() const { return address_; }

  /// The connections of `token` with these numbers, in their order; blocking, CLOEXEC, TCP_NODELAY.
  /// Others that came are closed, and added to `strangers`: they may have sent too little, the
  /// wrong thing, or nothing in time. Throws std::system_error with ETIMEDOUT then, with ECONNRESET
  /// where none comes any more, and Interrupted.
  std::vector<Fd> take(const Token& token, const std::vector<std::uint32_t>& numbers,
                       const Patience& patience, std::int64_t& strangers);

 private:
  Fd fd_;
  Address address_;
};

/// A connection to each of `targets`, introduced with that number; blocking, CLOEXEC, TCP_NODELAY.
/// Where nobody listens yet it is tried again. Throws as TokenListener::take().
struct DataTarget {
  Address address;
  std::uint32_t connection = 0;
};
std::vector<Fd> connect_to(const std::vector<DataTarget>& targets, const Token& token,
                           const SocketSettings& settings, const Patience& patience);

}  // namespace splicebench
