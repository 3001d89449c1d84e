#pragma once
// Which effects that the air told of and which that the ground told of are of one blast.
//
// Sound places a blast near by to tens of metres, the ground one far away to hundreds; both say
// when it was. With d how far the two lie apart in place and time and C the sum of their
// covariances, N(d; C) against the density of what the ground told of is the likelihood that they
// are one against that another blast was felt there and then by chance. Of what may be one the
// likeliest pair is joined first, each at most once; the place of both is their mean weighted by
// what each knows.

#include <optional>
#include <vector>

#include "stages/fuse/associate.h"

namespace truce::fuse {

// For each of `heard` the one of `felt` that is of the same blast. Both in one frame.
std::vector<std::optional<std::size_t>> same_blasts(const std::vector<LocatedEffect>& heard,
                                                    const std::vector<LocatedEffect>& felt);

// `heard`, placed by both and as sure as both make it. Its arrivals and regions are as they were.
LocatedEffect together(const LocatedEffect& heard, const LocatedEffect& felt);

}  // namespace truce::fuse
