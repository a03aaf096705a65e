// read(2) into a buffer, write(2) until it is out: what Go's io.Copy does, and the fallback of all
// others.

#include <algorithm>
#include <iterator>

#include "bench/engines/copy_buffer.h"
#include "harness/engine/engine.h"

namespace splicebench {

namespace {

/// How buffer=auto grows, from the bytes of a connection that were moved: small for those that say
/// little, large for bulk (ztunnel of istio, src/copy.rs).
struct Growth {
  std::uint64_t moved;
  std::uint64_t size;
};
constexpr Growth kGrowth[] = {{10 << 20, 256 << 10}, {128 << 10, 16 << 10}, {0, 1 << 10}};
constexpr std::int64_t kAutoBytes = 256 << 10;
constexpr std::int64_t kAutoFirst = 1 << 10;

class GenericEngine : public Engine {
 public:
  /// 0: it grows.
  explicit GenericEngine(std::int64_t size)
      : grows_(size == 0), size_(grows_ ? kAutoBytes : size) {}

  void prepare(int source, int sink) override {
    rebind(source, sink);
    buffer_.allocate(static_cast<std::size_t>(size_));
  }

  void touch() override { buffer_.touch(); }

  /// With the same memory: a new one would be cleared, page by page.
  void rebind(int source, int sink) override {
    source_ = source;
    sink_ = sink;
    moved_ = 0;
    buffer_.begin_anew();
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    for (;;) {
      if (!buffer_.drain(sink_, calls_, outcome)) break;
      if (outcome.in == limit) {
        outcome.ended = Ended::limit;
        break;
      }
      const std::uint64_t before = outcome.in;
      const std::uint64_t most = std::min(limit - outcome.in, room());
      if (!buffer_.fill(source_, most, calls_, outcome)) break;
      moved_ += outcome.in - before;
    }
    outcome.left = buffer_.held();
    return outcome;
  }

  /// It is larger the more has passed.
  bool stays() const override { return grows_; }

  std::vector<Granted> granted() const override {
    if (!grows_) return {{"buffer", size_, size_}};
    return {{"buffer", size_, size_}, {"first read", kAutoFirst, kAutoFirst}};
  }

 private:
  /// Bytes that a read may ask for.
  std::uint64_t room() const {
    if (!grows_) return static_cast<std::uint64_t>(size_);
    return std::find_if(std::begin(kGrowth), std::end(kGrowth),
                        [this](const Growth& step) { return moved_ >= step.moved; })
        ->size;
  }

  bool grows_;
  std::int64_t size_;
  std::uint64_t moved_ = 0;  ///< on this connection
  int source_ = -1;
  int sink_ = -1;
  CopyBuffer buffer_;
};

const RegisterEngine registration({
    .name = "generic",
    .help = "read into a buffer, write until it is out",
    .parameters = {EngineParameter::size("buffer", 32 << 10, 1 << 30,
                                         "bytes of the buffer; 32KiB, as Go's io.Copy; auto: 1KiB, "
                                         "16KiB after 128KiB, 256KiB after 10MiB")
                       .or_word("auto")},
    .variants = {"generic:buffer=auto"},
    .make =
        [](const EngineValues& values) {
          return std::make_unique<GenericEngine>(values.at("buffer"));
        },
    .sources = kStreamsAndFiles,
    .sinks = kStreamsAndFiles,
});

}  // namespace

}  // namespace splicebench
