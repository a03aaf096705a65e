#pragma once

// What a client and a server say to each other through a relay of both directions, whoever runs it:
// two engines here, or somebody else's program.

#include "bench/verify/expectations.h"
#include "bench/verify/peers.h"
#include "results/files/fd.h"

namespace splicebench {

/// Go's issue 25985: the client says "foo" and closes; the server sees that, then closes, too.
void foo_and_close(Expectations& expectations, Fd& client, Fd& server);

inline constexpr std::uint64_t kRequestBytes = 200000;
inline constexpr std::uint64_t kReplyBytes = 300000;

/// The client has said all and closes its half; the server answers 100 ms later and gets through.
void late_reply(Expectations& expectations, Fd& client, Fd& server);

inline constexpr std::uint64_t kSlowlyReadBytes = 1 << 20;
inline constexpr std::uint64_t kAnswerBytes = 5;

/// The half-close of a client comes after its last byte and not before, however slowly the server
/// takes the bytes; then the server answers.
void half_close_waits(Expectations& expectations, Fd& client, Fd& server);

inline constexpr std::uint64_t kBothWaysBytes = 16 << 20;

/// All at once, then both half-close.
void both_full_speed(Expectations& expectations, Fd& client, Fd& server);

inline constexpr std::uint64_t kExchangedBytes = 50000;

enum class First { client, server, both };

/// Both have exchanged bytes; then one leaves, or both do at once. One that stays sees the end
/// (of stream, or a reset passed on), then leaves in the same manner.
void leave_in_order(Expectations& expectations, Fd& client, Fd& server, First first, Leave how);

/// The manners of leaving_in_order, with names.
struct Departure {
  const char* name;
  First first;
  Leave how;
};
inline constexpr Departure kDepartures[] = {
    {"half-close, client first", First::client, Leave::shutdown},
    {"half-close, server first", First::server, Leave::shutdown},
    {"half-close, both at once", First::both, Leave::shutdown},
    {"close, client first", First::client, Leave::close},
    {"close, server first", First::server, Leave::close},
    {"close, both at once", First::both, Leave::close},
    {"reset, client first", First::client, Leave::reset},
    {"reset, server first", First::server, Leave::reset},
    {"reset, both at once", First::both, Leave::reset},
};

}  // namespace splicebench
