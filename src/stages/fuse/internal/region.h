#pragma once
// How sure a place is, and the regions to draw of it.

#include <array>
#include <optional>
#include <vector>

#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

// Squared radii, in standard deviations, of the ellipses that hold 50 and 90 % of a normal
// distribution over the plane: −2 ln(1 − p).
inline constexpr double kRegion50 = 1.3862943611198906;
inline constexpr double kRegion90 = 4.605170185988092;

// The covariance of place and time {xx, xy, yy, xt, yt, tt} with what is left unsure of the wind.
std::array<double, 6> widened(const Fitted& f, const Network& net, const Air& air);

// `covariance` with what is unsure of whose its arrivals are: each may be false with the odds that
// it has against what the others expect, and would then have moved the effect.
std::array<double, 6> doubted(const Fitted& f, const Network& net, const Air& air,
                              std::array<double, 6> covariance);

// Sensors in a row hear the same from either side of it. Where those that heard an effect stand so
// nearly in one line that times might not tell: the effect on its other side, still to be fitted.
std::optional<Fitted> mirrored(const Fitted& f, const Network& net, const Air& air);

// `covariance` with what is unsure of which of two places it is, each as likely as its log odds
// say: around the one, wide enough for both.
std::array<double, 6> either(const Fitted& f, const Fitted& other,
                             std::array<double, 6> covariance);

// The ellipse around the effect, a closed ring in metres, counterclockwise.
std::vector<std::array<double, 2>> region(const LocatedEffect& e, double squared_radius);

}  // namespace truce::fuse
