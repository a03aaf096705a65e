#pragma once

// Standard streams that may be closed, full, or a terminal that went away.

#include <string>

namespace splicebench {

/// Opens /dev/null for those of descriptors 0-2 that are closed: else the next socket or file would
/// get their numbers, and what is printed. Standard output then takes nothing: what is lost there
/// is said to be.
void fill_standard_streams();

/// Text of ours on standard error, as far as it takes it, for one that must not wait: lost when
/// standard error does not take it within a tenth of a second (a pipe that nobody reads).
void say_without_waiting(const std::string& text);

/// show() at once. False when standard output could not take all of it, with the reason in `why`,
/// which stays empty when its reader just left (| head).
bool print_out(const std::string& text, std::string& why);

/// The same for what is nowhere else: throws std::runtime_error when it is lost.
void print_only(const std::string& text);

/// `text`, which says what is also in `file`, on standard output; one sentence on standard error
/// where it cannot take it, for then nothing is lost.
void print_what_is_kept(const std::string& text, const std::string& file);

/// The same for `result`, which no file could take: `trouble` says why, store_result().
void print_as_last_resort(const std::string& result, const std::string& trouble);

/// Flushes standard output. `status`, or 3 with a sentence on standard error when what was printed
/// is lost, but for a reader that left.
int finish_output(int status);

}  // namespace splicebench
