#pragma once

// For tests of what runs engines: one that does as it is told, call by call, and writes down what
// it was asked; and a host of such.

#include <gtest/gtest.h>
#include <poll.h>

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "harness/engine/engine_host.h"

namespace splicebench::testing {

/// Of all engines of a test.
struct Script {
  std::deque<Outcome> next = {};                    ///< of the calls to come
  std::vector<std::uint64_t> asked = {};            ///< limits
  std::vector<std::pair<int, int>> had = {};        ///< pairs that were prepared, in order ...
  std::vector<std::pair<int, int>> had_again = {};  ///< ... or rebound
  int gone = 0;
  int awaited = 0;
  bool can_wait = false;  ///< by a way of its own
  void* whom = nullptr;   ///< to tell
  bool tells = false;
  bool stays = false;
};

class ScriptedEngine : public Engine {
 public:
  explicit ScriptedEngine(Script& script) : script_(script) {}
  ~ScriptedEngine() override { ++script_.gone; }

  void prepare(int source, int sink) override { script_.had.emplace_back(source, sink); }
  void rebind(int source, int sink) override { script_.had_again.emplace_back(source, sink); }
  Outcome transfer(std::uint64_t limit) override {
    ++calls_.in;
    script_.asked.push_back(limit);
    EXPECT_FALSE(script_.next.empty()) << "it is asked once more than it should";
    Outcome outcome;
    outcome.ended = Ended::error;
    if (script_.next.empty()) return outcome;
    outcome = script_.next.front();
    script_.next.pop_front();
    return outcome;
  }
  bool await() override {
    ++script_.awaited;
    return script_.can_wait;
  }
  bool tell(void* whom) override {
    script_.whom = whom;
    return script_.tells;
  }
  bool stays() const override { return script_.stays; }

 private:
  Script& script_;
};

inline EngineInfo scripted(Script& script) {
  return {.name = "scripted", .help = "", .parameters = {}, .make = [&script](const EngineValues&) {
            return std::make_unique<ScriptedEngine>(script);
          }};
}

/// Of all hosts of a test.
struct HostScript {
  int there = 0;
  int hushed = 0;
  std::vector<int> waited = {};   ///< milliseconds
  std::deque<void*> whom = {};    ///< to be named
  std::function<bool(int)> wait;  ///< instead of polling the descriptor it is given
};

class ScriptedHost : public EngineHost {
 public:
  ScriptedHost(Script& engines, HostScript& script) : engines_(engines), script_(script) {
    ++script_.there;
  }
  ~ScriptedHost() override { --script_.there; }

  std::unique_ptr<Engine> make() override { return std::make_unique<ScriptedEngine>(engines_); }
  bool wait(int other, int milliseconds) override {
    script_.waited.push_back(milliseconds);
    if (script_.wait) return script_.wait(other);
    pollfd waiting{other, POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) > 0;
  }
  void* next() override {
    if (script_.whom.empty()) return nullptr;
    void* const one = script_.whom.front();
    script_.whom.pop_front();
    return one;
  }
  void hush() override { ++script_.hushed; }
  std::int64_t most_holding() const override { return 77; }

 private:
  Script& engines_;
  HostScript& script_;
};

/// Engines of a host.
inline EngineInfo hosted(Script& script, HostScript& host) {
  EngineInfo info = scripted(script);
  info.make_host = [&](const EngineValues&) {
    return std::make_unique<ScriptedHost>(script, host);
  };
  return info;
}

/// What a call may say: so many bytes taken, delivered, left.
struct Says {
  static Outcome moves(std::uint64_t in, std::uint64_t out, std::uint64_t left = 0) {
    return {.ended = Ended::limit, .in = in, .out = out, .left = left, .awaited = {}};
  }
  static Outcome ends(std::uint64_t in = 0, std::uint64_t out = 0) {
    return {.ended = Ended::eof, .in = in, .out = out, .awaited = {}};
  }
  static Outcome blocks(int fd, short events, std::uint64_t in = 0, std::uint64_t out = 0,
                        std::uint64_t left = 0) {
    return {
        .ended = Ended::would_block, .in = in, .out = out, .left = left, .awaited = {fd, events}};
  }
  static Outcome breaks(Side side, int error, std::uint64_t left = 0) {
    return {.ended = Ended::error, .left = left, .side = side, .error = error, .awaited = {}};
  }
};

}  // namespace splicebench::testing
