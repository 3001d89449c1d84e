#pragma once
// What sensors heard and stations felt in a stretch of time, as effects that were located: the step
// between arrivals in the log and incidents. A pure function of the block's records, whatever their
// order; neither threads nor the clock change a digit.
//
// A located effect is an observation like any other, of the source "sound" or, if the ground alone
// told of it, "ground", that names the arrivals it was derived from. It is never logged: it follows
// from what is. A blast that both air and ground told of is one effect, of "sound", placed by all
// of its waves (same_blasts.h).
//
// Which sensors there are. A sensor is a source at one place: one that has moved in the block is
// two, and so are two that share an id. Registered sensors that said nothing stand where they are
// registered and count as having heard nothing, unless their health says that they could not hear.

#include <string_view>
#include <vector>

#include "model/records.h"
#include "stages/fuse/associate.h"
#include "stages/fuse/seismic.h"

namespace truce::fuse {

// The sources of located effects; no source of a mission may be called so.
inline constexpr std::string_view kSoundSource = "sound";
inline constexpr std::string_view kGroundSource = "ground";

struct SoundBlock {
  Interval when;                      // effects in it are kept
  Duration margin;                    // what is heard so long before or after it is heeded too
  std::vector<Observation> arrivals;  // any order; what is no arrival is left out
  std::vector<Source> sources;        // all that are registered
  std::vector<Health> health;         // any order, of any source and time
  std::vector<Weather> weather;       // any order; empty: the wind is estimated
  std::vector<GroundLayer> layers;    // under the stations; empty: what they felt is left out
};

// When an arrival in the air should have come by the effect that it was taken for; see
// LocatedEffect::expected.
struct ExpectedArrival {
  std::string id;  // of the arrival
  Instant time;
  double sigma_s = 0;
  double distance_m = 0;
};

struct LocatedBlock {
  // Ordered by time, then id. p_real is what the arrivals alone say for an effect and never above
  // 0.98: sensors that agree on a falsehood are not seen through.
  std::vector<Observation> effects;
  // What the arrivals say of the sensors, in times within the block; ordered by source, kind and
  // time. `why` is the kind, `note` has the figures; the first two also have offset_s and sigma_s:
  //   clock_off     by more than 0.3 s; clock minus true time ± one sigma
  //   clock_jumped  by more than a second, and by up to 120 s; when: what the moment lies in
  //   unmatched     it spoke, and whatever its clock it told of no effect that it should have
  //   heard:
  //                 its clock is off by more than that, or it is not where or what it says
  //   silent        without a word of health, though it had spoken and others went on
  //   moved         the id was at one place, later at another; from when it was there
  //   shared_id     the id was at several places at the same time
  //   flood         it said too much to say anything; what it said then was left out
  std::vector<Health> health;
  std::vector<ExpectedArrival> expected;  // by id
};

LocatedBlock locate(const SoundBlock& block, const AssociateParams& sound,
                    const SeismicParams& ground);

// Whether it is sound in air that was heard, or a wave in the ground that was felt.
bool is_sound(const Observation& o);
bool is_ground(const Observation& o);

// Under a mission that has no ground.csv: crust and mantle of the global model IASP91 (Kennett &
// Engdahl 1991).
std::vector<GroundLayer> usual_ground();

}  // namespace truce::fuse
