#pragma once
// What engine and judge would say of an incident if some sources had said nothing.
//
// Not an estimate: what the store holds around the incident is given to the same engine again, in a
// store of its own in memory, without those sources. How far around follows from what comes out.
// Reports join only what they touch, so an answer whose incidents touch nothing outside of what was
// given is the one that a run of everything would give; where they do, more is given and it is
// worked out again. Located effects follow from the arrivals of a whole block of time and its
// margins, so blocks are given whole, and one more on either side.
//
// Sources that are left out are none of the mission's: their silence is no evidence either. Who
// passes on what such a source said still said it; leave that one out too where it should be.

#include <string>
#include <vector>

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

struct WhatIfLimits {
  std::size_t observations = 20'000;  // given to the engine, arrivals included
  std::size_t sources = 32;           // left out
  int hours = 24 * 14;                // that are worked through
  int rounds = 8;
};

struct WhatIf {
  struct Piece {
    Incident incident;  // version 1: this is no version of a stored one
    ledger::Judgement judgement;
  };
  // Incidents that hold what is left of it: of its reports, or of the arrivals that its effects
  // rest on. First the one of its name or else the one with most evidence, then by id.
  std::vector<Piece> pieces;
};

// `incident`: as it stands in the store. Derived effects are located as the next tick would.
// Errors: kNotFound for an incident or a source that there is none of; kLimit where more would have
// to be worked through; the store's.
Result<WhatIf> what_if(const Mission& mission, ledger::Store& store, std::string_view incident,
                       const std::vector<std::string>& without, const WhatIfLimits& limits = {});

// {"findings":[…],"incident":…|null,"others":[…],"without":[…]}
std::string what_if_json(const WhatIf& answer, const std::vector<std::string>& without);

}  // namespace truce::app
