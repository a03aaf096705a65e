#include "harness/hosts/requests.h"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace splicebench {

namespace {

constexpr std::array<std::string HostFacts::*, 9> kFactTexts = {
    &HostFacts::address,   &HostFacts::host,       &HostFacts::kernel,
    &HostFacts::cpu_model, &HostFacts::nic,        &HostFacts::offloads,
    &HostFacts::qdisc,     &HostFacts::congestion, &HostFacts::clock_source};

constexpr std::array<std::string RelayCommand::*, 4> kRelayTexts = {
    &RelayCommand::name, &RelayCommand::command, &RelayCommand::command_unix,
    &RelayCommand::config};

void add(Packed& packed, const SocketSettings& settings) {
  packed.add_text(settings.congestion);
  packed.add(settings.buffer);
}

SocketSettings take_settings(Unpacked& from) {
  SocketSettings settings;
  settings.congestion = from.take_text();
  settings.buffer = from.take<std::int64_t>();
  return settings;
}

}  // namespace

std::string agent_greeting() {
  return fmt::format("{}{} {:016x}", kGreetingBegin, SPLICEBENCH_VERSION, protocol_hash());
}

std::string packed(const HostHello& hello) {
  Packed all;
  all.add_all(hello.cpus);
  all.add_text(hello.ssh_address);
  all.add_text(hello.first_address);
  return all.bytes();
}

HostHello unpacked_hello(const std::string& payload) {
  Unpacked from(payload);
  HostHello hello;
  hello.cpus = from.take_all<int>();
  hello.ssh_address = from.take_text();
  hello.first_address = from.take_text();
  return hello;
}

std::string packed(const HostFacts& facts) {
  Packed all;
  for (const std::string HostFacts::*text : kFactTexts) all.add_text(facts.*text);
  all.add(facts.cpus);
  all.add(facts.mtu);
  return all.bytes();
}

HostFacts unpacked_facts(const std::string& payload) {
  Unpacked from(payload);
  HostFacts facts;
  for (std::string HostFacts::*text : kFactTexts) facts.*text = from.take_text();
  facts.cpus = from.take<std::int64_t>();
  facts.mtu = from.take<std::optional<std::int64_t>>();
  return facts;
}

std::string packed(const ListenRequest& request) {
  Packed all;
  all.add(request.address);
  add(all, request.sockets);
  all.add(request.connections);
  return all.bytes();
}

ListenRequest unpacked_listen(const std::string& payload) {
  Unpacked from(payload);
  ListenRequest request;
  request.address = from.take<Address>();
  request.sockets = take_settings(from);
  request.connections = from.take<std::uint32_t>();
  return request;
}

std::string packed(const RelayRequest& request) {
  const RelayWish& wish = request.wish;
  Packed all;
  for (const std::string RelayCommand::*text : kRelayTexts) all.add_text(wish.relay.*text);
  all.add(request.listen);
  all.add(request.connect);
  all.add(wish.cpus);
  all.add(wish.flows);
  all.add(wish.threads);
  all.add(wish.seconds);
  return all.bytes();
}

RelayRequest unpacked_relay(const std::string& payload) {
  Unpacked from(payload);
  RelayRequest request;
  RelayWish& wish = request.wish;
  for (std::string RelayCommand::*text : kRelayTexts) wish.relay.*text = from.take_text();
  request.listen = from.take<Address>();
  request.connect = from.take<Address>();
  wish.cpus = from.take<cpu_set_t>();
  wish.flows = from.take<std::int64_t>();
  wish.threads = from.take<std::int64_t>();
  wish.seconds = from.take<double>();
  return request;
}

std::string packed(const RelayFacts& facts) {
  Packed all;
  all.add_text(facts.congestion);
  all.add(facts.memory_growth);
  return all.bytes();
}

RelayFacts unpacked_relay_facts(const std::string& payload) {
  Unpacked from(payload);
  RelayFacts facts;
  facts.congestion = from.take_text();
  facts.memory_growth = from.take<std::optional<std::int64_t>>();
  return facts;
}

std::string packed(const StartRequest& request) {
  const StartPlan& plan = request.plan;
  Packed all;
  all.add(plan.part);
  all.add(plan.token);
  add(all, plan.sockets);
  all.add(plan.nonblocking);
  all.add(plan.seconds);
  all.add(static_cast<std::uint32_t>(plan.coming.size()));
  for (const ComingEnds& coming : plan.coming) {
    all.add(coming.listener);
    all.add_all(coming.ends);
  }
  all.add(static_cast<std::uint32_t>(plan.going.size()));
  for (const GoingEnds& going : plan.going) {
    all.add(going.target);
    all.add_all(going.ends);
  }
  all.add_all(request.controls);
  return all.bytes();
}

StartRequest unpacked_start(const std::string& payload) {
  Unpacked from(payload);
  StartRequest request;
  StartPlan& plan = request.plan;
  plan.part = from.take<Part>();
  plan.token = from.take<Token>();
  plan.sockets = take_settings(from);
  plan.nonblocking = from.take<bool>();
  plan.seconds = from.take<double>();
  for (std::uint32_t left = from.take<std::uint32_t>(); left > 0; --left) {
    ComingEnds& coming = plan.coming.emplace_back();
    coming.listener = from.take<std::uint32_t>();
    coming.ends = from.take_all<DataEnd>();
  }
  for (std::uint32_t left = from.take<std::uint32_t>(); left > 0; --left) {
    GoingEnds& going = plan.going.emplace_back();
    going.target = from.take<Address>();
    going.ends = from.take_all<DataEnd>();
  }
  request.controls = from.take_all<ChannelEnd>();
  return request;
}

std::string packed(const TreeUsage& usage) {
  Packed all;
  all.add(usage.seconds);
  all.add(usage.ticks);
  all.add(usage.voluntary_switches);
  all.add(usage.involuntary_switches);
  all.add_all(usage.threads);
  all.add(usage.switches_known);
  return all.bytes();
}

TreeUsage unpacked_usage(const std::string& payload) {
  Unpacked from(payload);
  TreeUsage usage;
  usage.seconds = from.take<double>();
  usage.ticks = from.take<CpuTime>();
  usage.voluntary_switches = from.take<std::int64_t>();
  usage.involuntary_switches = from.take<std::int64_t>();
  usage.threads = from.take_all<pid_t>();
  usage.switches_known = from.take<bool>();
  return usage;
}

}  // namespace splicebench
