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

class RemoteHost::Listener : public HostListener {
 public:
  Listener(RemoteHost& host, const ListenReply& reply) : HostListener(reply), host_(host) {}
  ~Listener() override { host_.stream_->send(FrameKind::forget, number()); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  RemoteHost& host_;
};

class RemoteHost::Relay : public HostRelay {
 public:
  Relay(RemoteHost& host, std::uint32_t number, const RelayReply& reply)
      : HostRelay(reply), host_(host), number_(number) {}
  ~Relay() override { host_.stream_->send(FrameKind::kill, number_); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  TreeUsage usage() override { return host_.usage(number_); }
  RelayFacts facts() override {
    return unpacked_relay_facts(host_.ask(FrameKind::relay_facts, packed_number(number_),
                                          "what its relay's connections are"));
  }
  std::string how_it_ended() override {
    try {
      return host_.ask(FrameKind::relay_end, packed_number(number_), "how its relay ended");
    } catch (const SampleFailed& failure) {
      return failure.what();
    }
  }

 private:
  RemoteHost& host_;
  std::uint32_t number_;
};

std::unique_ptr<HostListener> RemoteHost::listen(const ListenRequest& request) {
  return std::make_unique<Listener>(
      *this,
      Unpacked(ask(FrameKind::listen, packed(request), "that it listens")).take<ListenReply>());
}

std::string RemoteHost::route(const Address& peer) {
  Packed all;
  all.add(peer);
  return ask(FrameKind::route, all.bytes(), "its address");
}

HostFacts RemoteHost::facts(const std::string& own, const std::string& peer) {
  Packed all;
  all.add_text(own);
  all.add_text(peer);
  return unpacked_facts(ask(FrameKind::facts, all.bytes(), "what it is"));
}

LoadReading RemoteHost::load() {
  return Unpacked(ask(FrameKind::load, {}, "what its CPUs did")).take<LoadReading>();
}

std::string RemoteHost::why_unavailable(const std::string& mode) {
  return ask(FrameKind::unavailable, mode, "whether an engine is available");
}

TreeUsage RemoteHost::usage(std::uint32_t number) {
  return unpacked_usage(ask(FrameKind::usage, packed_number(number), "what a process used"));
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
  return ask(FrameKind::version, command, "which version a relay is of");
}

void RemoteHost::try_half_close(const RelayRequest& request) {
  ask(FrameKind::half_close, packed(request),
      fmt::format("that relay {} keeps a half-closed connection", request.wish.relay.name),
      request.wish.seconds + kBeyond);
}

std::unique_ptr<HostRelay> RemoteHost::start_relay(const RelayRequest& request) {
  const std::string what = fmt::format("that it had started relay {}", request.wish.relay.name);
  try {
    const RelayReply reply =
        Unpacked(ask(FrameKind::relay, packed(request), what, request.wish.seconds + kBeyond))
            .take<RelayReply>();
    return std::make_unique<Relay>(*this, asked_, reply);
  } catch (...) {
    // It may have been started after all.
    stream_->send(FrameKind::kill, asked_);
    throw;
  }
}

}  // namespace splicebench
