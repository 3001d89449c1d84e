#include "app/sound_blocks.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "model/json.h"

namespace truce::app {

namespace {

constexpr Duration kBlock = Duration::hours(1);
constexpr Duration kMargin = Duration::whole_seconds(120);  // sound travels 40 km in it
constexpr Duration kAgain = Duration::whole_seconds(60);
// Nearer than this to either end of all time nothing is located: there is no block around it.
constexpr Instant kFirst{INT64_MIN + kBlock.ns * 3};
constexpr Instant kLast{INT64_MAX - kBlock.ns * 3};

Instant block_of(Instant t) {
  const std::int64_t over = t.ns % kBlock.ns;
  return {t.ns - over - (over < 0 ? kBlock.ns : 0)};
}

bool due(const ledger::SoundWork& work, Instant now) {
  const bool open =
      work.block - kMargin <= now && now - kMargin < work.block + kBlock;  // neither over nor ahead
  if (!open || !work.last_located) return true;
  return now < *work.last_located || now - *work.last_located >= kAgain;
}

}  // namespace

SoundBlocks::SoundBlocks(const Mission& mission, ledger::Store& store, unsigned threads)
    : mission_(mission), store_(store), params_(mission.fuse.sound) {
  params_.threads = threads;
}

Status SoundBlocks::heard(const Observation& arrival) {
  const Instant t = std::get<Arrival>(arrival.shape).at_time;
  TRUCE_CHECK_OK(store_.put_arrival(arrival.id, t));
  if (t < kFirst || t > kLast) return done();
  for (Instant b = block_of(t - kMargin); b <= t + kMargin; b = b + kBlock) marked_.insert(b);
  return done();
}

Status SoundBlocks::could_not_hear(const Health& health) {
  const auto source = std::find_if(mission_.sources.begin(), mission_.sources.end(),
                                   [&](const Source& s) { return s.id == health.source; });
  if (source != mission_.sources.end() && source->kind != SourceKind::kAcousticSensor)
    return done();
  TRUCE_CHECK_OK(save());
  return store_.renew_sound_work(block_of(std::max(kFirst, health.when.start) - kMargin),
                                 std::min(kLast, health.when.end) + kMargin);
}

Status SoundBlocks::save() {
  for (const Instant block : std::exchange(marked_, {}))
    TRUCE_CHECK_OK(store_.put_sound_work(block));
  return done();
}

Result<Instant> SoundBlocks::tick(Instant now, std::uint64_t position, fuse::Fuser& fuser) {
  now = std::clamp(now, kFirst, kLast);
  TRUCE_CHECK_OK(save());
  TRUCE_TRY(work, store_.sound_work());
  Instant newest{INT64_MIN};
  for (const auto& w : work) {
    if (!due(w, now)) continue;
    TRUCE_TRY(end, locate(w.block, position, fuser));
    newest = std::max(newest, end);
    TRUCE_CHECK_OK(store_.sound_located(w.block, now));
  }
  return newest;
}

// What vanishes goes before what is new comes, so that neither meets the other.
Result<Instant> SoundBlocks::locate(Instant block, std::uint64_t position, fuse::Fuser& fuser) {
  TRUCE_TRY(found, located(block));
  TRUCE_CHECK_OK(store_.put_found_health(found.health, block, position));
  auto& effects = found.effects;
  TRUCE_TRY(before, store_.derived_of(block));
  std::vector<std::string> now;
  for (const auto& o : effects) now.push_back(o.id);
  std::sort(now.begin(), now.end());
  std::vector<std::string> gone;
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(),
                      std::back_inserter(gone));
  for (const auto& id : gone) {
    fuser.retract(id);
    TRUCE_CHECK_OK(store_.retract_derived(id));
  }
  Instant newest{INT64_MIN};
  for (auto& o : effects) {
    if (std::binary_search(before.begin(), before.end(), o.id)) continue;
    TRUCE_CHECK_OK(store_.put_derived(o, block, position));
    newest = std::max(newest, o.when.end);
    fuser.add(std::move(o));
  }
  return newest;
}

Result<fuse::LocatedBlock> SoundBlocks::located(Instant block) {
  fuse::SoundBlock in{{block, block + kBlock}, kMargin, {}, mission_.sources, {}};
  TRUCE_TRY(arrivals, store_.arrivals_heard(block - kMargin, block + kBlock + kMargin));
  in.arrivals = std::move(arrivals);
  TRUCE_TRY(health,
            store_.records_overlapping("health", {block - kMargin, block + kBlock + kMargin}));
  for (const auto& row : health) {
    TRUCE_TRY(h, from_json<Health>(row.json));
    in.health.push_back(std::move(h));
  }
  return fuse::locate(in, params_);
}

}  // namespace truce::app
