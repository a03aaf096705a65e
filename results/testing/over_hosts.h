#pragma once

#include "results/testing/synthetic.h"

namespace splicebench::testing {

/// A made-up result over three hosts: of the writer's and the reader's CPUs it knows something, and
/// its control path takes 0.1 % of a sample.
inline Result over_hosts(Result result = make_result({})) {
  result.options.hosts.places[Role::writer] = "ssh://a";
  result.options.hosts.places[Role::relay] = "ssh://user@b:2222";
  result.options.hosts.places[Role::reader] = "netns://c";
  result.options.hosts.addresses[Role::relay] = "10.0.0.2";
  HostFacts relay{Role::relay,
                  "ssh://user@b:2222",
                  "10.0.0.2",
                  "relay-machine",
                  "Linux 6.2.0 x86_64",
                  "Relay CPU",
                  8,
                  "CPU 7",
                  "eth0 (virtio_net, 10000 Mbit/s)",
                  "rx tx sg tso gso gro",
                  9000,
                  "mq fq_codel",
                  "bbr",
                  "tsc"};
  HostFacts writer = relay;
  writer.role = Role::writer;
  writer.place = "ssh://a";
  writer.host = "writer-machine";
  writer.address.clear();
  HostFacts reader{Role::reader, "netns://c"};
  result.hosts = {writer, relay, reader};
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      sample.hosts.control_round_trip = sample.seconds / 1000;
      sample.hosts.strangers = 0;
      sample.hosts.usage[Role::writer] = SystemTimes{sample.seconds, sample.seconds / 4, 0};
      sample.hosts.usage[Role::reader] = SystemTimes{sample.seconds / 2, sample.seconds / 8, 0};
    }
  }
  return result;
}

}  // namespace splicebench::testing
