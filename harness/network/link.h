#pragma once

// Three network namespaces in a row, joined by veth pairs, so that bytes cross a device:
//
//   writer 10.0.1.2 ---- 10.0.1.1 relay 10.0.2.1 ---- 10.0.2.2 reader
//
// The relay's namespace routes between the two nets, for connections without a relay. The
// namespaces have no names: descriptors, processes and sockets hold them, so that they and their
// devices are gone with the last of these, whoever dies and however.

#include <string>

#include "harness/network/address.h"
#include "results/files/fd.h"

namespace splicebench {

class Link {
 public:
  /// Makes them with ip(8). `netem`: words for `tc qdisc add ... netem` (tc-netem(8)), set on each
  /// of the four interfaces; empty: none. Throws UsageError without the privilege
  /// (CAP_SYS_ADMIN, CAP_NET_ADMIN), without iproute2, and when tc or the kernel refuses `netem`.
  explicit Link(const std::string& netem);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Descriptors of the namespaces; of this object.
  int writer() const { return writer_.get(); }
  int relay() const { return relay_.get(); }
  int reader() const { return reader_.get(); }

  // The ends of its devices that are connected to, any port: the relay's towards the writer.
  Address relay_address() const;
  Address reader_address() const;

 private:
  void configure() const;
  void add_netem(const std::string& netem) const;

  Fd writer_;
  Fd relay_;
  Fd reader_;
};

/// For people: "veth", "veth, netem delay 1ms"; "loopback" where `link` is that.
std::string describe_link(const std::string& link, const std::string& netem);

}  // namespace splicebench
