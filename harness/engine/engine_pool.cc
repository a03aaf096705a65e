#include "harness/engine/engine_pool.h"

namespace splicebench {

namespace {

/// Idle ones that so many lendings did not need are ended: after a burst the memory and the pipes
/// go back to the system, and while it lasts none is made anew at every turn, page by page.
constexpr int kLendings = 1024;

}  // namespace

std::unique_ptr<Engine> EnginePool::make() {
  if (has_host() && !host_) {
    host_ = mode_.engine->make_host(mode_.values);
    is_without_host_ = !host_;
  }
  return host_ ? host_->make() : mode_.make();
}

std::unique_ptr<Engine> EnginePool::lend(int source, int sink) {
  if (idle_.empty()) {
    std::unique_ptr<Engine> engine = make();
    engine->prepare(source, sink);
    if (made_) made_(*engine);
    count_lent();
    return engine;
  }
  std::unique_ptr<Engine> engine = std::move(idle_.back());
  idle_.pop_back();
  never_lent_ = std::min(never_lent_, idle_.size());
  if (++lendings_ == kLendings) trim();
  engine->rebind(source, sink);
  count_lent();
  return engine;
}

void EnginePool::clear() {
  idle_.clear();
  if (lent_ == 0) host_.reset();
}

void EnginePool::give_back(std::unique_ptr<Engine> engine) {
  --lent_;
  idle_.push_back(std::move(engine));
}

void EnginePool::trim() {
  idle_.erase(idle_.begin(), idle_.begin() + static_cast<std::ptrdiff_t>(never_lent_));
  never_lent_ = idle_.size();
  lendings_ = 0;
}

}  // namespace splicebench
