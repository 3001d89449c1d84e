#pragma once
// What an arrival is that no effect took: a shock wave that a shell dragged to where a gun was
// heard, an echo of something heard before, or nothing that can be named.

#include <vector>

#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

enum class Kind : std::uint8_t { kShockWave, kEcho };

struct Named {
  std::uint32_t arrival;  // network's number
  std::uint32_t effect;   // index into `effects`: the gun's shot, or what is echoed
  Kind kind;
};

// Those whose kind is at least nine times as likely as their being false, ordered by arrival. The
// effects are final; their hits are what `taken` holds. `threads` leaves the result alone.
//
// Shock waves: a shell of speed v > c on a straight way drags a cone; at r from the gun and ψ off
// the way it is heard (r/v)(cos ψ + √(v²/c² − 1) |sin ψ|) after the shot, where the ray that
// arrives there was sent on the way (Whitham 1952; Sadler, Pham & Sadler 1998). Direction and speed
// are sought for all shots from one place together, against each arrival's being false; what a
// search over so many directions and speeds finds by chance is taken off.
//
// Echoes: how many arrivals follow what was heard by so long and are so much fainter, against how
// many false ones do so by chance, from all sensors together.
std::vector<Named> name_kinds(const Network& net, const Air& air,
                              const std::vector<Fitted>& effects, const Taken& taken,
                              unsigned threads);

}  // namespace truce::fuse
