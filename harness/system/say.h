#pragma once

// What people are told on standard streams, each in one place.

#include <cstddef>
#include <string>

namespace splicebench {

/// A sentence on standard error, over the line of progress where that is a terminal, as far as it
/// takes it. Whatever a file said in it, it is one line that ends within 2000 characters and that
/// no terminal acts upon. Never throws.
void say(const std::string& sentence);

/// `text` on standard output; on a terminal nothing in it does more than show, but for our colours.
void show(const std::string& text);

enum class Colour { kIfTerminal, kAlways, kNever };

/// What the user asked for; kIfTerminal until then. Before there are threads.
void set_colour(Colour colour);

/// Whether what goes to standard output has colours: as was asked for, else where it is a terminal
/// that knows more than to show (TERM other than dumb) and NO_COLOR is not set
/// (https://no-color.org).
bool stdout_colour();

/// Columns of the terminal that standard output is; 0: it is none.
std::size_t stdout_width();

/// Whether standard error is a terminal on which a line can be drawn anew.
bool stderr_redraws();

}  // namespace splicebench
