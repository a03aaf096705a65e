#pragma once

// Colours and marks. A mode has the same look in every chart and on the page.

#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// All colours as #rrggbb.
struct Theme {
  std::string background;
  std::string ink;    ///< titles
  std::string muted;  ///< axis text, captions
  std::string grid;
  std::string zero;  ///< line of no change
  /// By slot. Okabe and Ito's colours ("Color Universal Design", 2008), which the common kinds of
  /// colour blindness tell apart, darkened or lightened for contrast with the background.
  std::vector<std::string> modes;
};

const Theme& theme(bool dark);

inline constexpr int kGenericSlot = 0;
inline constexpr int kSpliceSlot = 1;
/// Not a mode of ours: ink, dotted, diamonds.
inline constexpr int kPublishedSlot = -1;
/// The first floor, further ones below: peers with no relay between. No competitor, so a thin grey
/// line.
inline constexpr int kFloorSlot = -2;

/// Whether the mode is a floor, of `run` ("direct") or of `ping`.
bool is_floor_mode(const std::string& name);

/// How a mode is drawn. Dash and marker differ too, so that black-and-white print tells lines
/// apart.
struct ModeLook {
  std::string colour;
  std::string dash;        ///< gnuplot dash type: 'solid' or '(8,4)'
  int marker = 0;          ///< gnuplot point type, filled; 0: none
  int hollow = 0;          ///< the same, hollow
  double marker_size = 1;  ///< so that all markers look equally large
};

/// A mode, or what stands beside modes in a legend, and what its look follows from.
struct ChartMode {
  std::string name;
  int slot = 0;         ///< of this mode alone: dash and marker
  int family = 0;       ///< of its engine or of somebody else's program: the colour
  int member = 0;       ///< of the family: the tone of the colour
  std::string label{};  ///< short, for the end of its line

  bool is_floor() const { return slot <= kFloorSlot; }
};

/// Colours repeat after Theme::modes, tones, dashes and markers after theirs.
ModeLook look_of(const ChartMode& mode, bool dark);

/// Modes of some results: generic 0, splice 1 whether or not they occur, others from 2 on in the
/// order of the options; floors below.
std::vector<ChartMode> modes_of(const std::vector<Result>& results);

/// `colour` mixed with `other`: 0 gives colour, 1 other. Both #rrggbb.
std::string mix(const std::string& colour, const std::string& other, double share);

}  // namespace splicebench
