#include "bench/proxy/server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr int kListenerTag = 1;
constexpr int kSignalTag = 2;
/// Connections accepted before those that are open have their turn.
constexpr int kAcceptBatch = 64;
/// How long accepting rests when the system is out of memory or files: seconds.
constexpr double kPause = 0.1;
/// Between looks at the other threads' connections while draining: seconds.
constexpr double kEndLook = 0.05;
/// Beside connections: the loops', the spare, what a library opens for a moment.
constexpr rlim_t kReserve = 8;
constexpr rlim_t kPerLoop = 2;

/// Descriptors that engines open.
struct OfEngines {
  rlim_t loop = 0;
  rlim_t connection = 0;
};

OfEngines descriptors_of(const EngineInfo& engine) {
  const rlim_t each = static_cast<rlim_t>(engine.descriptors);
  return engine.make_host ? OfEngines{each, 0} : OfEngines{0, 2 * each};
}

Fd spare_descriptor() { return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

/// Connections that RLIMIT_NOFILE leaves room for, counting both directions' engines.
int room_for_connections(const ServerSetting& setting) {
  rlimit limit{};
  check(::getrlimit(RLIMIT_NOFILE, &limit), "read", "RLIMIT_NOFILE");
  const OfEngines engines = descriptors_of(*setting.relay.mode.engine);
  const rlim_t taken = open_descriptors() + kReserve +
                       (kPerLoop + engines.loop) * static_cast<rlim_t>(setting.threads);
  const rlim_t each = 2 + engines.connection;
  if (limit.rlim_cur < taken + each) {
    throw UsageError(
        fmt::format("too few descriptors: RLIMIT_NOFILE is {} and {} are needed for one "
                    "connection; raise it with: ulimit -n 1024",
                    limit.rlim_cur, taken + each));
  }
  // No limit is near what an int holds (fs.nr_open).
  return static_cast<int>((limit.rlim_cur - taken) / each);
}

}  // namespace

ProxyServer::ProxyServer(ServerSetting setting, Listener& listener)
    : setting_(std::move(setting)),
      listener_(listener),
      most_(room_for_connections(setting_)),
      spare_(spare_descriptor()),
      started_(monotonic_seconds()) {
  for (int i = 0; i < setting_.threads; ++i)
    loops_.push_back(std::make_unique<ProxyLoop>(setting_.relay));
  loops_.front()->watch(listener_.fd(), kListenerTag);
}

ProxyServer::~ProxyServer() { stop_threads(); }

void ProxyServer::run(int signals) {
  ProxyLoop& own = *loops_.front();
  own.watch(signals, kSignalTag);
  start_threads();
  while (!is_over()) {
    const std::vector<int> tags = own.turn(patience());
    for (const int tag : tags) {
      if (tag == kSignalTag) read_signals(signals);
      if (tag == kListenerTag && listener_.is_open()) accept_some();
    }
    if (resume_at_ > 0 && listener_.is_open() && monotonic_seconds() >= resume_at_) {
      resume_at_ = 0;
      // Not to be had when it was given up: without it the next shortage would refuse nobody.
      if (!spare_) spare_ = spare_descriptor();
      own.mute(listener_.fd(), kListenerTag, false);
    }
  }
  stop_threads();
  for (const std::unique_ptr<ProxyLoop>& loop : loops_) loop->abandon();
  setting_.report(statistics());
}

void ProxyServer::start_threads() {
  for (std::size_t i = 1; i < loops_.size(); ++i)
    threads_.emplace_back([loop = loops_[i].get()] { loop->run(); });
}

void ProxyServer::stop_threads() {
  for (std::size_t i = 1; i < loops_.size(); ++i) loops_[i]->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool ProxyServer::is_over() const {
  return end_at_ > 0 && (load() == 0 || monotonic_seconds() >= end_at_);
}

double ProxyServer::patience() const {
  if (end_at_ > 0) return std::clamp(end_at_ - monotonic_seconds(), 0.0, kEndLook);
  return resume_at_ > 0 ? kPause : -1;
}

void ProxyServer::read_signals(int signals) {
  signalfd_siginfo info{};
  while (::read(signals, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGUSR1) {
      setting_.report(statistics());
      continue;
    }
    // The second one does not wait.
    end_at_ = monotonic_seconds() + (end_at_ > 0 ? 0 : setting_.drain);
    listener_.close();
  }
}

void ProxyServer::accept_some() {
  for (int i = 0; i < kAcceptBatch; ++i) {
    Fd client(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) return could_not_accept(errno);
    if (load() >= most_) {
      refuse(std::move(client), "RLIMIT_NOFILE leaves no room for more; raise it with: ulimit -n");
      continue;
    }
    // That nothing is held back it has from the listener.
    if (!listener_.address().is_unix()) set_keepalive(client.get(), setting_.relay.keepalive);
    ProxyLoop& loop = least_loaded();
    if (&loop == loops_.front().get()) {
      loop.adopt(std::move(client));
    } else {
      loop.hand_over(std::move(client));
    }
  }
}

void ProxyServer::could_not_accept(int error) {
  if (error == EMFILE) {
    // Somebody is waiting to be told: it would stay in the queue, and epoll would go on saying so.
    spare_.reset();
    Fd client(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    const bool accepted = static_cast<bool>(client);
    if (accepted) refuse(std::move(client), "there are no descriptors left");
    spare_ = spare_descriptor();
    if (!accepted) pause();
  } else if (error == ENFILE || error == ENOBUFS || error == ENOMEM) {
    pause();
  }
  // Else there is nobody any more, or this one connection is gone (accept(2)); epoll tells of the
  // next.
}

void ProxyServer::refuse(Fd client, const char* why) {
  close_with_reset(client);
  if (refused_++ == 0) setting_.relay.complain(fmt::format("refusing connections: {}", why));
}

void ProxyServer::pause() {
  loops_.front()->mute(listener_.fd(), kListenerTag, true);
  resume_at_ = monotonic_seconds() + kPause;
}

ProxyLoop& ProxyServer::least_loaded() {
  return **std::min_element(loops_.begin(), loops_.end(),
                            [](const auto& a, const auto& b) { return a->load() < b->load(); });
}

int ProxyServer::load() const {
  int load = 0;
  for (const std::unique_ptr<ProxyLoop>& loop : loops_) load += loop->load();
  return load;
}

ProxyStatistics ProxyServer::statistics() const {
  ProxyStatistics all;
  for (const std::unique_ptr<ProxyLoop>& loop : loops_) all += loop->statistics();
  all.refused = refused_;
  all.seconds = monotonic_seconds() - started_;
  all.cpu = cpu_used();
  return all;
}

}  // namespace splicebench
