// splice(2) itself.

#include "bench/engines/splice_engine.h"

namespace splicebench {

namespace {

const RegisterEngine registration({
    .name = "splice",
    .help =
        "splice(2) through a pipe, emptied before it is filled again; read and write where splice "
        "is refused",
    .parameters = SpliceEngine::parameters(),
    .make =
        [](const EngineValues& values) {
          return std::make_unique<SpliceEngine>(values.at("pipe"), values.at("piece"),
                                                std::make_unique<Splicing>());
        },
    .sources = kStreamsAndFiles,
    .sinks = kStreamsAndFiles,
    .descriptors = 2,
});

}  // namespace

}  // namespace splicebench
