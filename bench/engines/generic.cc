// read(2) into a buffer, write(2) until it is out: what Go's io.Copy does, and the fallback of all
// others.

#include "bench/engines/copy_buffer.h"
#include "harness/engine/engine.h"

namespace splicebench {

namespace {

class GenericEngine : public Engine {
 public:
  explicit GenericEngine(std::int64_t size) : size_(size) {}

  void prepare(int source, int sink) override {
    source_ = source;
    sink_ = sink;
    buffer_.allocate(static_cast<std::size_t>(size_));
  }

  /// With the same memory: a new one would be cleared, page by page.
  void rebind(int source, int sink) override {
    source_ = source;
    sink_ = sink;
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    for (;;) {
      if (!buffer_.drain(sink_, calls_, outcome)) break;
      if (outcome.in == limit) {
        outcome.ended = Ended::limit;
        break;
      }
      if (!buffer_.fill(source_, limit - outcome.in, calls_, outcome)) break;
    }
    outcome.left = buffer_.held();
    return outcome;
  }

  std::vector<Granted> granted() const override { return {{"buffer", size_, size_}}; }

 private:
  std::int64_t size_;
  int source_ = -1;
  int sink_ = -1;
  CopyBuffer buffer_;
};

const RegisterEngine registration({
    .name = "generic",
    .help = "read into a buffer, write until it is out",
    .parameters = {EngineParameter::size("buffer", 32 << 10, 1 << 30,
                                         "bytes of the buffer; 32KiB, as Go's io.Copy")},
    .make =
        [](const EngineValues& values) {
          return std::make_unique<GenericEngine>(values.at("buffer"));
        },
    .sources = kStreamsAndFiles,
    .sinks = kStreamsAndFiles,
});

}  // namespace

}  // namespace splicebench
