#pragma once

#include <cstdint>

#include "bench/engines/ring/send_queue.h"
#include "bench/engines/ring/zero_copy_sends.h"

namespace splicebench {

/// A flow through the ring of a host: a receive, then a send of what came, one at a time.
struct RingLine {
  enum class Doing { nothing, waiting, receiving, sending };

  /// `pieces`: buffers that a receive may fill; `uncopied`: sends without a copy at a time.
  RingLine(std::uint64_t place, BufferRing& buffers, std::size_t pieces, std::size_t uncopied)
      : number(place), held(buffers, pieces), sends(buffers, uncopied, pieces) {}

  /// Between these; nothing is held of others.
  void begin(int from, int to) {
    source = from;
    sink = to;
    in = out = 0;
    source_error = sink_error = 0;
    has_ended = is_left = false;
    has_more = true;
    sends.begin_anew();
  }

  std::uint64_t number;
  int source = -1;
  int sink = -1;
  Doing doing = Doing::nothing;
  std::uint64_t room = 0;  ///< bytes that it may receive
  SendQueue held;
  ZeroCopySends sends;
  // Since its engine told of it:
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  bool has_ended = false;
  int source_error = 0;
  int sink_error = 0;

  bool has_more = true;      ///< in its source, as far as is known
  std::uint64_t asked = 0;   ///< the request that it is `doing`
  void* whom = nullptr;      ///< to be told
  bool can_go_on = false;    ///< and that was not told yet
  bool is_listed = false;    ///< to be told
  bool is_left = false;      ///< by its engine
  bool is_detained = false;  ///< and the kernel still sends what it held
};

}  // namespace splicebench
