#include "harness/hosts/agent.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "harness/engine/engine.h"
#include "harness/foreign/relay_version.h"
#include "harness/hosts/local_host.h"
#include "harness/hosts/local_relays.h"
#include "harness/hosts/own_addresses.h"
#include "harness/hosts/reach/frame_stream.h"
#include "harness/hosts/requests.h"
#include "harness/machine/host/host_facts.h"
#include "harness/machine/neighbours.h"
#include "harness/machine/placement.h"
#include "harness/network/sockets.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// More than a day: until something happens.
constexpr double kEver = 1e5;

HostHello read_hello() {
  HostHello hello;
  hello.cpus = allowed_cpus();
  hello.ssh_address = address_ssh_reached();
  hello.first_address = first_global_address();
  return hello;
}

class Agent {
 public:
  Agent(const Programs& programs, Fd in, Fd out)
      : host_(programs),
        relays_(programs.guard),
        came_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "make", "an eventfd")),
        stream_(
            std::move(in), std::move(out), [this](Frame frame) { take(std::move(frame)); },
            // Its end is as if this process was asked to end: it ends every wait.
            [](const std::string&) { ::kill(::getpid(), SIGTERM); }) {}

  void serve() {
    stream_.send(FrameKind::hello, 0, packed(read_hello()));
    while (!interrupted()) {
      wait();
      asked_now_ = take_asked();
      for (; !asked_now_.empty(); asked_now_.pop_front()) answer(asked_now_.front());
      tell_ended();
    }
  }

 private:
  // In the stream's thread.
  void take(Frame frame) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(frame));
    const std::uint64_t one = 1;
    check(::write(came_.get(), &one, sizeof one), "write", "an eventfd");
  }

  void wait() {
    std::vector<pollfd> waiting{{came_.get(), POLLIN, 0}};
    for (const auto& [number, actor] : actors_) waiting.push_back({actor->ended(), POLLIN, 0});
    wait_interruptibly(waiting.data(), waiting.size(), kEver);
  }

  std::deque<Frame> take_asked() {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    if (::read(came_.get(), &count, sizeof count) < 0) return {};
    return std::exchange(asked_, {});
  }

  void answer(const Frame& frame) {
    if (frame.kind == FrameKind::kill) {
      actors_.erase(frame.number);
      relays_.end(frame.number);
      return;
    }
    if (frame.kind == FrameKind::forget) return host_.forget(frame.number);
    try {
      stream_.send(FrameKind::done, frame.number, reply(frame));
    } catch (const Interrupted&) {
      // The loop ends with it.
    } catch (const std::exception& failure) {
      stream_.send(FrameKind::failed, frame.number, failure.what());
    }
  }

  std::string reply(const Frame& frame) {
    Unpacked payload(frame.payload);
    switch (frame.kind) {
      case FrameKind::listen:
        return listen(frame.payload);
      case FrameKind::route:
        return own_address_towards(payload.take<Address>());
      case FrameKind::facts:
        return facts(frame.payload);
      case FrameKind::start:
        return start(frame.number, frame.payload);
      case FrameKind::usage:
        return usage(payload.take<std::uint32_t>());
      case FrameKind::load:
        return load();
      case FrameKind::stopped:
        return actor(payload.take<std::uint32_t>()).is_stopped() ? "stopped" : "";
      case FrameKind::unavailable:
        return parse_mode(frame.payload).engine->why_unavailable();
      case FrameKind::version:
        return version_by(frame.payload);
      case FrameKind::half_close:
        relays_.try_half_close(unpacked_relay(frame.payload));
        return {};
      case FrameKind::relay: {
        Packed all;
        all.add(relays_.start(frame.number, unpacked_relay(frame.payload)));
        return all.bytes();
      }
      case FrameKind::relay_facts:
        return packed(relays_.facts(payload.take<std::uint32_t>()));
      case FrameKind::relay_end:
        return relays_.how_it_ended(payload.take<std::uint32_t>());
      default:
        throw std::runtime_error("the runner asked for something that is none of ours");
    }
  }

  std::string listen(const std::string& payload) {
    ListenRequest request = unpacked_listen(payload);
    ListenReply reply;
    reply.listener = host_.listen(request.address, request.sockets, request.connections);
    reply.address = request.address;
    Packed all;
    all.add(reply);
    return all.bytes();
  }

  static std::string load() {
    Packed all;
    all.add(read_load());
    return all.bytes();
  }

  static std::string facts(const std::string& payload) {
    Unpacked from(payload);
    const std::string own = from.take_text();
    return packed(read_host_facts(own, from.take_text()));
  }

  std::string start(std::uint32_t number, const std::string& payload) {
    StartRequest request = unpacked_start(payload);
    // Its connections are waited for; and whoever asks for something else meanwhile does so no
    // more.
    if (asked_now_.size() > 1) throw std::runtime_error("it is not waited for any more");
    request.plan.watched = came_.get();
    std::vector<ControlEnd> controls;
    for (const ChannelEnd& end : request.controls) {
      SocketPair pair = control_pair();
      stream_.join(end.channel, std::move(pair.first));
      controls.push_back({std::move(pair.second), end.to});
    }
    StartReply reply;
    std::unique_ptr<Actor> actor = host_.start(request.plan, std::move(controls), reply.strangers);
    reply.pid = actor->pid();
    actors_[number] = std::move(actor);
    Packed all;
    all.add(reply);
    return all.bytes();
  }

  Actor& actor(std::uint32_t number) const {
    const auto found = actors_.find(number);
    if (found == actors_.end()) throw std::runtime_error("a process has ended");
    return *found->second;
  }

  std::string usage(std::uint32_t number) const {
    const std::optional<TreeUsage> of_relay = relays_.usage(number);
    return packed(of_relay ? *of_relay : actor(number).usage());
  }

  void tell_ended() {
    for (auto each = actors_.begin(); each != actors_.end();) {
      pollfd ended{each->second->ended(), POLLIN, 0};
      if (::poll(&ended, 1, 0) <= 0) {
        ++each;
        continue;
      }
      Packed all;
      all.add(static_cast<std::int32_t>(each->second->wait()));
      stream_.send(FrameKind::ended, each->first, all.bytes());
      each = actors_.erase(each);
    }
  }

  LocalHost host_;
  LocalRelays relays_;
  std::map<std::uint32_t, std::unique_ptr<Actor>> actors_;
  std::mutex mutex_;
  std::deque<Frame> asked_;      ///< by the stream's thread
  std::deque<Frame> asked_now_;  ///< of this one; the first is being answered
  Fd came_;
  FrameStream stream_;  ///< the last: its thread uses the others
};

}  // namespace

int serve_agent(const Programs& programs, Fd in, Fd out) {
  catch_interrupts();
  // sshd's, too, in which case nobody else would end one that is stopped.
  become_child();
  const std::string greeting = agent_greeting() + "\n";
  if (::write(out.get(), greeting.data(), greeting.size()) != static_cast<ssize_t>(greeting.size()))
    return 1;
  Agent(programs, std::move(in), std::move(out)).serve();
  return 0;
}

}  // namespace splicebench
