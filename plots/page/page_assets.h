#pragma once

// Style and scripts of the page, from plots/page/ and Debian's libjs-d3, put in at build time by
// embed.py.

#include <string>

namespace splicebench::page_assets {

std::string style();
std::string script();
/// "sha256-..." of each, as a Content-Security-Policy names it.
std::string style_digest();
std::string script_digest();

}  // namespace splicebench::page_assets
