#pragma once
// Sound, and waves in the ground, in a live run: arrivals and bearings of the log become located
// effects, and these with what others reported become episodes, each an incident.
//
// Arrivals come late, in any order and in batches of any size, and where an effect was follows from
// all of them together. So time is cut into blocks of one hour (UTC). An arrival makes the block it
// falls into dirty, and the neighbour whose margin reaches it: what is fired at the end of an hour
// is heard after it. At a tick of the log dirty blocks are located anew from all that the store
// knows of them, and what comes out takes the place of what came out before. The result is a
// function of the set of observations; memory holds one block. What the arrivals say of the sensors
// (clocks that are off, silence, floods, moves) is kept in the store beside the effects, by block,
// and nothing reads it but reports.
//
// Bearings, pixels and reports belong to the one block that the middle of their interval lies in. A
// bearing makes its block dirty as an arrival does, others only one that has been located.
//
//      margin                                    margin
//     |······|―――――――――― one hour, kept ――――――――|······|      arrivals are heeded, effects not kept
//
// A block whose time is not over is located at most once a minute, by the time that ticks tell.

#include <cstdint>
#include <set>

#include "app/mission.h"
#include "stages/fuse/fuse.h"
#include "stages/ledger/store.h"

namespace truce::app {

// What the store holds of a block and its margins, located; `block` is its start.
Result<fuse::LocatedBlock> locate_block(const Mission& mission, ledger::Store& store, Instant block,
                                        unsigned threads);

class SoundBlocks {
 public:
  // `threads` leaves the results alone.
  SoundBlocks(const Mission& mission, ledger::Store& store, unsigned threads);

  // An arrival that is new in the store.
  Status heard(const Observation& arrival);
  // An observation of another kind that is new in the store.
  Status seen(const Observation& o);
  // A time in which a source could not observe, new in the store.
  Status could_not_hear(const Health& health);
  // What a weather station read, new in the store.
  Status blew(const Weather& weather);
  // What people ruled of salvos; for blocks that are located from now on.
  void rule(fuse::ByHand by_hand) { by_hand_ = std::move(by_hand); }
  // Marks of dirty blocks go to the store: to be called before its transaction ends.
  Status save();
  // Locates what is due, inside the store's transaction. `position` is the tick's. Returns the
  // latest end of an effect that is new; the first instant there is when none is.
  Result<Instant> tick(Instant now, std::uint64_t position, fuse::Fuser& fuser);
  // Likewise of these blocks, that were located before, whether anything came in since or not.
  Result<Instant> again(const std::set<Instant>& blocks, std::uint64_t position,
                        fuse::Fuser& fuser);

 private:
  // Blocks that were located, of which the margin or more lies within the two, again.
  Status renew(Instant first, Instant last);
  Result<Instant> locate(Instant block, std::uint64_t position, fuse::Fuser& fuser);
  Result<std::vector<Observation>> others_of(Instant block);
  // Takes back the episodes that are not among those there are now, gives what their effects rested
  // on to the fuser again, and takes out of the list those that are there already.
  Status take_back(Instant block, const std::vector<Observation>& others,
                   std::vector<fuse::Episode>& episodes, fuse::Fuser& fuser);

  const Mission& mission_;
  ledger::Store& store_;
  fuse::Params params_;
  fuse::ByHand by_hand_;
  std::set<Instant> marked_;   // dirty and not yet saved
  std::set<Instant> touched_;  // dirty if they have been located, and not yet saved
};

}  // namespace truce::app
