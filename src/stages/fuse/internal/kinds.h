#pragma once
// What is heard of an effect besides its own direct sound: the shock waves of its shells before it
// (cone.h) and echoes after it (echoes.h). Run on the finished set of effects. Arrivals that no
// effect took are named where that is what they are by `named_min` and more; effects that are
// better explained as the shock waves or the echoes of others are taken out.

#include <cstdint>
#include <vector>

#include "stages/fuse/internal/prior.h"

namespace truce::fuse {

struct Kinds {  // per effect, network's numbers, ascending; an arrival has one name at most
  std::vector<std::vector<std::uint32_t>> shocks, echoes;
};

// `effects` ordered by time; those taken out are erased from it.
Kinds name_kinds(const Network& net, const Air& air, const SalvoParams& salvo,
                 const AssociateParams& params, std::vector<Fitted>& effects);

}  // namespace truce::fuse
