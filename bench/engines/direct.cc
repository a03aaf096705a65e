// No relay at all: the same writer and reader on one connection of the sink's kind. What every
// relay is held against, the floor.

#include "harness/engine/engine.h"
#include "results/model/model.h"

namespace splicebench {

namespace {

const RegisterEngine registration({
    .name = kDirect,
    .help = "no relay: the writer's connection ends at the reader; the floor",
});

}  // namespace

}  // namespace splicebench
