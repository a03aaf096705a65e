#pragma once

// What people are told on standard streams, each in one place.

#include <string>

namespace splicebench {

/// A sentence on standard error, over the line of progress where that is a terminal, as far as it
/// takes it. Whatever a file said in it, it is one line that ends within 2000 characters and that
/// no terminal acts upon. Never throws.
void say(const std::string& sentence);

/// `text` on standard output; on a terminal nothing in it does more than show, but for our colours.
void show(const std::string& text);

/// Whether standard output is a terminal that may show colours (NO_COLOR: https://no-color.org).
bool stdout_colour();

}  // namespace splicebench
