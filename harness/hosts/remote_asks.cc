// What a host with an agent is asked for, and how long its answer may take.

#include <fmt/format.h>

#include <utility>

#include "harness/hosts/remote_host.h"

namespace splicebench {

namespace {

std::string packed_number(std::uint32_t number) {
  Packed all;
  all.add(number);
  return all.bytes();
}

}  // namespace

RemoteHost::Listener::~Listener() { host_.stream_->send(FrameKind::forget, number_); }

std::unique_ptr<RemoteHost::Listener> RemoteHost::listen(const ListenRequest& request) {
  const ListenReply reply =
      Unpacked(ask(FrameKind::listen, packed(request), "that it listens", kAnswer))
          .take<ListenReply>();
  return std::make_unique<Listener>(*this, reply.listener, reply.address);
}

std::string RemoteHost::route(const Address& peer) {
  Packed all;
  all.add(peer);
  return ask(FrameKind::route, all.bytes(), "its address", kAnswer);
}

HostFacts RemoteHost::facts(const std::string& own, const std::string& peer) {
  Packed all;
  all.add_text(own);
  all.add_text(peer);
  return unpacked_facts(ask(FrameKind::facts, all.bytes(), "what it is", kAnswer));
}

std::string RemoteHost::why_unavailable(const std::string& mode) {
  return ask(FrameKind::unavailable, mode, "whether an engine is available", kAnswer);
}

TreeUsage RemoteHost::usage(std::uint32_t number) {
  return unpacked_usage(
      ask(FrameKind::usage, packed_number(number), "what a process used", kAnswer));
}

bool RemoteHost::is_stopped(std::uint32_t number) {
  if (!silence().empty()) return false;
  try {
    return !ask(FrameKind::stopped, packed_number(number), "whether a process is stopped", kNoticed)
                .empty();
  } catch (const SampleFailed&) {
    // It has ended, or its host is silent: either is told by others.
    return false;
  }
}

std::string RemoteHost::version_by(const std::string& command) {
  return ask(FrameKind::version, command, "which version a relay is of", kAnswer);
}

void RemoteHost::try_half_close(const RelayRequest& request) {
  ask(FrameKind::half_close, packed(request),
      fmt::format("that relay {} keeps a half-closed connection", request.relay.name),
      request.seconds + kAnswer);
}

std::unique_ptr<RemoteHost::Relay> RemoteHost::start_relay(const RelayRequest& request) {
  const std::string doing = fmt::format("that it had started relay {}", request.relay.name);
  try {
    const RelayReply reply =
        Unpacked(ask(FrameKind::relay, packed(request), doing, request.seconds + kAnswer))
            .take<RelayReply>();
    return std::make_unique<Relay>(*this, asked_, reply);
  } catch (...) {
    // It may have been started after all.
    stream_->send(FrameKind::kill, asked_);
    throw;
  }
}

RemoteHost::Relay::~Relay() { host_.stream_->send(FrameKind::kill, number_); }

TreeUsage RemoteHost::Relay::usage() { return host_.usage(number_); }

RelayFacts RemoteHost::Relay::facts() {
  return unpacked_relay_facts(host_.ask(FrameKind::relay_facts, packed_number(number_),
                                        "what its relay's connections are", kAnswer));
}

std::string RemoteHost::Relay::how_it_ended() {
  try {
    return host_.ask(FrameKind::relay_end, packed_number(number_), "how its relay ended", kAnswer);
  } catch (const SampleFailed& failure) {
    return failure.what();
  }
}

}  // namespace splicebench
