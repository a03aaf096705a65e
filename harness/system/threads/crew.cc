#include "harness/system/threads/crew.h"

namespace splicebench {

Crew::Crew(std::size_t members) {
  threads_.reserve(members - 1);
  try {
    for (std::size_t i = 1; i < members; ++i) threads_.emplace_back([this, i] { serve(i); });
  } catch (...) {
    end();
    throw;
  }
}

Crew::~Crew() { end(); }

void Crew::end() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  begin_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Crew::run(const std::function<void(std::size_t)>& work) {
  if (!threads_.empty()) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      busy_ = threads_.size();
      ++round_;
    }
    begin_.notify_all();
  }
  work(0);
  if (threads_.empty()) return;
  std::unique_lock<std::mutex> lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
}

void Crew::serve(std::size_t member) {
  std::uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    begin_.wait(lock, [&] { return ended_ || round_ != seen; });
    if (ended_) return;
    seen = round_;
    lock.unlock();
    (*work_)(member);
    lock.lock();
    if (--busy_ == 0) done_.notify_one();
  }
}

}  // namespace splicebench
