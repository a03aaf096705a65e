#pragma once

#include "plots/gnuplot/gnuplot.h"

namespace splicebench {

/// gnuplot as a child process per script, found on PATH once, here. It reads no start-up file of
/// the user's, so that charts look the same everywhere. Throws UsageError with the package's name
/// when there is none.
Gnuplot find_gnuplot();

}  // namespace splicebench
