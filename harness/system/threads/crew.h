#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace splicebench {

/// Threads that do one thing together, again and again. They are kept, so that none is started
/// inside a clock; a crew of one is the calling thread alone.
class Crew {
 public:
  /// Throws std::system_error when there are no more threads to have. They run where the calling
  /// thread may.
  explicit Crew(std::size_t members);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// work(i) for each member, 0 in the calling thread; returns when all are done. `work` must not
  /// throw.
  void run(const std::function<void(std::size_t)>& work);

 private:
  void serve(std::size_t member);
  void end();

  std::mutex mutex_;
  std::condition_variable begin_;
  std::condition_variable done_;
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::uint64_t round_ = 0;  ///< counts calls of run()
  std::size_t busy_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace splicebench
