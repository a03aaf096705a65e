#include "results/model/hosts/hosts.h"

#include <gtest/gtest.h>

#include "results/model/hosts/host_names.h"

namespace splicebench {
namespace {

TEST(Hosts, APlaceIsTheSameTextAgain) {
  for (const char* text : {"local", "netns://left-1", "ssh://a", "ssh://user@b.example:2222",
                           "ssh://[fe80::1%eth0]:22", "ssh://me@[::1]"}) {
    const std::optional<HostPlace> place = parse_host_place(text);
    ASSERT_TRUE(place) << text;
    EXPECT_EQ(host_place_text(*place), text);
  }
}

TEST(Hosts, APlaceHasUserHostAndPort) {
  const HostPlace expected{HostPlace::Kind::ssh, "me", "::1", 22};
  EXPECT_EQ(parse_host_place("ssh://me@[::1]:22"), expected);
}

TEST(Hosts, WhatACommandWouldTakeForAnOptionOrAFileElsewhereIsNoPlace) {
  for (const char* text : {"",
                           "a",
                           "ssh://",
                           "ssh://-oProxyCommand=x",
                           "ssh://-l@a",
                           "ssh://a:0",
                           "ssh://a:65536",
                           "ssh://a:",
                           "ssh://a:2x",
                           "ssh://a b",
                           "ssh://::1",
                           "ssh://[]",
                           "ssh://@a",
                           "ssh://a/b",
                           "netns://",
                           "netns://..",
                           "netns://a/b",
                           "netns://-a",
                           "http://a",
                           "Local"}) {
    EXPECT_FALSE(parse_host_place(text)) << text;
  }
}

TEST(Hosts, NothingSaidIsAllLocal) {
  HostOptions options;
  EXPECT_TRUE(options.all_local());
  options.places[Role::reader] = "local";
  EXPECT_TRUE(options.all_local());
  options.places[Role::reader] = "netns://a";
  EXPECT_FALSE(options.all_local());
}

TEST(Hosts, TheRelaysDevicesAreOneOrTwo) {
  Result result;
  EXPECT_EQ(relay_device_text(result), "");
  HostFacts relay;
  relay.role = Role::relay;
  relay.nic = "eth0 (virtio_net)";
  relay.mtu = 9000;
  result.hosts = {relay};
  EXPECT_EQ(relay_device_text(result), "the relay's device eth0 (virtio_net), MTU 9000");
  result.hosts[0].nic += "; eth1";
  EXPECT_EQ(relay_device_text(result), "the relay's devices eth0 (virtio_net) and eth1, MTU 9000");
}

}  // namespace
}  // namespace splicebench
