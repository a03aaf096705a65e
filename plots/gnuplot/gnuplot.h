#pragma once

// From a drawing to a picture. Starting gnuplot is the caller's: plots/ starts no process.

#include <functional>
#include <string>

#include "plots/gnuplot/drawing.h"

namespace splicebench {

/// Runs gnuplot on a script and returns what it wrote to its standard output. Throws UsageError
/// when there is no gnuplot on the machine, std::runtime_error with its message when it fails.
using Gnuplot = std::function<std::string(const std::string& script)>;

enum class PictureFormat { svg, png };

/// "svg" or "png", also the file's extension.
std::string extension_of(PictureFormat format);

/// What a picture of this format is known by.
std::string mark_of(PictureFormat format);

/// What a script of ours is known by.
inline constexpr const char* kScriptMark = "set encoding utf8\nset multiplot\n";

/// The whole script of a drawing: terminal, output to `output` (empty: standard output), drawing.
std::string whole_script(const Drawing& drawing, PictureFormat format, bool dark,
                         const std::string& output);

/// The picture as the bytes of its file. An SVG carries the drawing's title for screen readers.
/// Throws as `gnuplot` does, and std::runtime_error when what came back is no whole picture.
std::string render(const Drawing& drawing, PictureFormat format, bool dark, const Gnuplot& gnuplot);

}  // namespace splicebench
