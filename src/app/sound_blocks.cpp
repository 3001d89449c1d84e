#include "app/sound_blocks.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/json.h"

namespace truce::app {

namespace {

using fuse::block_of;
constexpr Duration kBlock = fuse::kJoinBlock;

constexpr Duration kMargin = Duration::whole_seconds(120);  // sound travels 40 km in it, S 400
constexpr Duration kAgain = Duration::whole_seconds(60);
// Nearer than this to either end of all time nothing is located: there is no block around it.
constexpr Instant kFirst{INT64_MIN + kBlock.ns * 3};
constexpr Instant kLast{INT64_MAX - kBlock.ns * 3};

std::vector<std::string> in_order(const fuse::Episode& episode) {
  std::vector<std::string> out;
  for (const auto& o : episode) out.push_back(o.id);
  return out;
}

std::vector<std::string> ids_of(const fuse::Episode& episode) {
  auto out = in_order(episode);
  std::sort(out.begin(), out.end());
  return out;
}

// What the effects of these rest on.
std::set<std::string> behind(const std::vector<fuse::Episode>& episodes) {
  std::set<std::string> out;
  for (const auto& episode : episodes) {
    for (const auto& o : episode) out.insert(o.derived_from.begin(), o.derived_from.end());
  }
  return out;
}

bool due(const ledger::SoundWork& work, Instant now) {
  const bool open =
      work.block - kMargin <= now && now - kMargin < work.block + kBlock;  // neither over nor ahead
  if (!open || !work.last_located) return true;
  return now < *work.last_located || now - *work.last_located >= kAgain;
}

Result<fuse::LocatedBlock> located(const Mission& mission, ledger::Store& store,
                                   const fuse::Params& params, Instant block,
                                   const std::vector<Observation>& heard) {
  fuse::SoundBlock in{{block, block + kBlock}, kMargin, {}, mission.sources, {}, {}, {}};
  in.arrivals = heard;
  TRUCE_TRY(health,
            store.records_overlapping("health", {block - kMargin, block + kBlock + kMargin}));
  for (const auto& row : health) {
    TRUCE_TRY(h, from_json<Health>(row.json));
    in.health.push_back(std::move(h));
  }
  TRUCE_TRY(weather,
            store.records_overlapping("weather", {block - kMargin, block + kBlock + kMargin}));
  for (const auto& row : weather) {
    TRUCE_TRY(w, from_json<Weather>(row.json));
    in.weather.push_back(std::move(w));
  }
  in.layers = mission.ground;
  return fuse::locate(in, params.sound, params.seismic);
}

}  // namespace

Result<fuse::LocatedBlock> locate_block(const Mission& mission, ledger::Store& store, Instant block,
                                        unsigned threads) {
  fuse::Params params = mission.fuse;
  params.sound.threads = threads;
  params.seismic.threads = threads;
  TRUCE_TRY(heard, store.arrivals_heard(block - kMargin, block + kBlock + kMargin));
  return located(mission, store, params, block, heard);
}

SoundBlocks::SoundBlocks(const Mission& mission, ledger::Store& store, unsigned threads)
    : mission_(mission), store_(store), params_(mission.fuse) {
  params_.sound.threads = threads;
  params_.seismic.threads = threads;
}

Status SoundBlocks::heard(const Observation& arrival) {
  const Instant t = std::get<Arrival>(arrival.shape).at_time;
  TRUCE_CHECK_OK(store_.put_arrival(arrival.id, t));
  if (t < kFirst || t > kLast) return done();
  for (Instant b = block_of(t - kMargin); b <= t + kMargin; b = b + kBlock) marked_.insert(b);
  return done();
}

Status SoundBlocks::seen(const Observation& o) {
  if (!fuse::can_be_joined(o)) return done();
  const Instant block = block_of(o);
  if (block < kFirst || block > kLast) return done();
  (std::holds_alternative<Bearing>(o.shape) ? marked_ : touched_).insert(block);
  return done();
}

Status SoundBlocks::could_not_hear(const Health& health) {
  const auto source = std::find_if(mission_.sources.begin(), mission_.sources.end(),
                                   [&](const Source& s) { return s.id == health.source; });
  if (source != mission_.sources.end() && source->kind != SourceKind::kAcousticSensor &&
      source->kind != SourceKind::kSeismicStation)
    return done();
  return renew(health.when.start, health.when.end);
}

Status SoundBlocks::blew(const Weather& weather) { return renew(weather.time, weather.time); }

Status SoundBlocks::renew(Instant first, Instant last) {
  TRUCE_CHECK_OK(save());
  return store_.renew_sound_work(block_of(std::clamp(first, kFirst, kLast) - kMargin),
                                 std::clamp(last, kFirst, kLast) + kMargin);
}

Status SoundBlocks::save() {
  for (const Instant block : std::exchange(marked_, {}))
    TRUCE_CHECK_OK(store_.put_sound_work(block));
  for (const Instant block : std::exchange(touched_, {}))
    TRUCE_CHECK_OK(store_.renew_sound_work(block, block));
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

// A block stays as dirty as it was: what made it so may reach it by its margin alone.
Result<Instant> SoundBlocks::again(const std::set<Instant>& blocks, std::uint64_t position,
                                   fuse::Fuser& fuser) {
  TRUCE_CHECK_OK(save());
  Instant newest{INT64_MIN};
  for (const Instant block : blocks) {
    TRUCE_TRY(end, locate(block, position, fuser));
    newest = std::max(newest, end);
  }
  return newest;
}

// What vanishes goes before what is new comes, so that neither meets the other.
Result<Instant> SoundBlocks::locate(Instant block, std::uint64_t position, fuse::Fuser& fuser) {
  TRUCE_TRY(heard, store_.arrivals_heard(block - kMargin, block + kBlock + kMargin));
  TRUCE_TRY(found, located(mission_, store_, params_, block, heard));
  TRUCE_CHECK_OK(store_.put_found_health(found.health, block, position));
  TRUCE_TRY(others, others_of(block));
  auto episodes = fuse::set_apart(
      fuse::join({std::move(found.effects), others, mission_.sources, std::move(heard)}, params_),
      by_hand_);
  TRUCE_CHECK_OK(take_back(block, others, episodes, fuser));
  const auto taken = behind(episodes);
  for (const auto& o : others) {
    if (taken.contains(o.id)) fuser.retract(o.id);
  }
  Instant newest{INT64_MIN};
  for (auto& episode : episodes) {
    for (const auto& o : episode) {
      if (!o.derived_from.empty()) TRUCE_CHECK_OK(store_.put_derived(o, block, position));
      newest = std::max(newest, o.when.end);
    }
    TRUCE_CHECK_OK(store_.put_episode(in_order(episode)));
    fuser.bind(std::move(episode));
  }
  return newest;
}

Status SoundBlocks::take_back(Instant block, const std::vector<Observation>& others,
                              std::vector<fuse::Episode>& episodes, fuse::Fuser& fuser) {
  TRUCE_TRY(before, store_.derived_of(block));
  std::set<std::vector<std::string>> there;
  std::vector<std::string> gone;
  std::set<std::vector<std::string>> now;
  for (const auto& e : episodes) now.insert(ids_of(e));
  std::map<std::string, bool> stays;  // by the episode's name
  for (const auto& id : before) {
    TRUCE_TRY(name, store_.episode_of(id));
    const auto [at, is_new] = stays.try_emplace(name, false);
    if (is_new) {
      TRUCE_TRY(members, store_.episode_members(name));
      at->second = now.contains(members);
      if (at->second) there.insert(std::move(members));
    }
    if (!at->second) gone.push_back(id);
  }
  std::set<std::string> freed;
  for (const auto& id : gone) {
    TRUCE_TRY(row, store_.observation(id));
    TRUCE_ENSURE(row.has_value());
    TRUCE_TRY(effect, from_json<Observation>(row->json));
    freed.insert(effect.derived_from.begin(), effect.derived_from.end());
    fuser.retract(id);
    TRUCE_CHECK_OK(store_.retract_derived(id));
  }
  for (const auto& o : others) {
    if (freed.contains(o.id) && fuse::makes_incident(o)) fuser.add(o);
  }
  std::erase_if(episodes, [&](const auto& e) { return there.contains(ids_of(e)); });
  return done();
}

Result<std::vector<Observation>> SoundBlocks::others_of(Instant block) {
  TRUCE_TRY(near,
            store_.observations_overlapping({block - kBlock, block + kBlock + kBlock}, false));
  std::erase_if(
      near, [&](const Observation& o) { return !fuse::can_be_joined(o) || block_of(o) != block; });
  return near;
}

}  // namespace truce::app
