#include "sim/watchers.h"

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "model/identity.h"
#include "sim/front_line.h"
#include "sim/random.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {

constexpr std::size_t kPartyCount = 2;
constexpr const char* kParties[kPartyCount] = {"amber", "cobalt"};  // left and right of the front

double distance(Xy a, Xy b) { return steady_length(a.x_m - b.x_m, a.y_m - b.y_m); }
double azimuth_deg(Xy from, Xy to) {
  return normalize_azimuth_deg(to_degrees(steady_atan2(to.x_m - from.x_m, to.y_m - from.y_m)));
}
double rounded(double v, double step) { return std::floor(v / step + 0.5) * step; }

// A count as somebody writes it who lost count: exact while it is small, then to fives and tens.
Count heard_count(std::int64_t n, double exact_up_to) {
  if (static_cast<double>(n) <= exact_up_to) return Count::exact(n);
  return Count::about(static_cast<std::int64_t>(rounded(static_cast<double>(n), n < 50 ? 5 : 10)));
}

ClassProbabilities classes(float impact, float undetermined, float outgoing) {
  ClassProbabilities out;
  out.p[static_cast<std::size_t>(EffectClass::kExplosionImpact)] = impact;
  out.p[static_cast<std::size_t>(EffectClass::kExplosionUndetermined)] = undetermined;
  out.p[static_cast<std::size_t>(EffectClass::kExplosionOutgoing)] = outgoing;
  return out;
}

struct Watcher {
  std::string id;
  Xy at;
  SourceKind kind = SourceKind::kCamera;
};

class Watching {
 public:
  Watching(const Simulated& s, const Globe& globe)
      : s_(s), w_(s.world), globe_(globe), duration_s_(s.world.terrain.hours * 3600) {
    impacts_.resize(s.fire.salvos.size());
    sounds_.resize(s.fire.salvos.size());
    for (std::uint32_t e = 0; e < s.fire.blasts.size(); ++e) {
      const Blast& b = s.fire.blasts[e];
      sounds_[b.salvo].push_back(e);
      if (!b.muzzle) impacts_[b.salvo].push_back(e);
    }
  }

  Watch run() {
    watch_arrays();
    watch_cameras();
    watch_patrols();
    watch_by_satellite();
    forge();
    claim();
    for (auto& f : out_.feeds) sort_rows(f);
    return std::move(out_);
  }

 private:
  using Effects = std::vector<std::uint32_t>;

  // Watchers stand near the front, or anywhere when there is none.
  Xy post(std::uint32_t kind, std::uint32_t index) const {
    Random random(s_.seed, Draw::kWatcher, kind, index);
    const double width = w_.terrain.width_km * 1000, height = w_.terrain.height_km * 1000;
    if (w_.terrain.front_km.empty()) {
      const double x = random.between(0, width);
      return {x, random.between(0, height)};
    }
    const FrontLine front(w_.terrain.front_km);
    const double along = random.between(0, front.length_m());
    const Xy p = front.at(along, random.between(-4000, 4000));
    return {std::clamp(p.x_m, 0.0, width), std::clamp(p.y_m, 0.0, height)};
  }
  Watcher add(const char* word, SourceKind kind, std::uint32_t index) {
    Watcher out{std::string(word) + "-" + std::to_string(index + 1),
                post(static_cast<std::uint32_t>(kind), index), kind};
    Source source;
    source.id = source.name = out.id;
    source.kind = kind;
    source.owner = "mission";
    source.at = globe_.at(out.at);
    out_.sources.push_back(source);
    return out;
  }
  Observation blank(const Watcher& from, double start_s, double end_s, Means means) const {
    Observation o;
    o.source = from.id;
    o.position = from.id;
    o.when = {globe_.time(start_s), globe_.time(end_s)};
    o.means = {means};
    return o;
  }
  static void sort_rows(WatchedFeed& feed) {
    std::stable_sort(feed.rows.begin(), feed.rows.end(), [](const Watched& a, const Watched& b) {
      return a.observation.when.start < b.observation.when.start;
    });
  }

  // ------------------------------------------------------------------------------------- arrays
  // An array knows when the wave came and whence, not when it left: its interval reaches back by
  // the longest way that it can hear.
  Watched bearing(const Watcher& from, double azimuth, double arrival_s) const {
    const double reach_m = w_.arrays.reach_km * 1000;
    Observation o =
        blank(from, arrival_s - reach_m / w_.sound.speed_m_s, arrival_s, Means::kDetected);
    o.shape = Bearing{globe_.at(from.at), rounded(normalize_azimuth_deg(azimuth), 0.1),
                      w_.arrays.sigma_deg, reach_m};
    o.items.push_back({Count::exact(1), classes(0.4F, 0.2F, 0.4F)});
    o.p_real = 0.9;
    return {std::move(o), {}, "false"};
  }
  void watch_arrays() {
    const Arrays& a = w_.arrays;
    if (a.count == 0) return;
    WatchedFeed feed{"arrays", {}};
    for (std::uint32_t i = 0; i < a.count; ++i) {
      const Watcher from = add("array", SourceKind::kAcousticArray, i);
      Random random(s_.seed, Draw::kArray, i);
      const double turned = a.misaligned_deg * random.normal();
      for (std::uint32_t e = 0; e < s_.fire.blasts.size(); ++e)
        hear_bearing(from, turned, e, random, feed);
      if (a.false_per_hour <= 0) continue;
      const double gap = 3600 / a.false_per_hour;
      for (double t = random.exponential(gap); t < duration_s_; t += random.exponential(gap))
        feed.rows.push_back(bearing(from, random.between(0, 360), t));
    }
    out_.feeds.push_back(std::move(feed));
  }
  void hear_bearing(const Watcher& from, double turned, std::uint32_t e, Random& random,
                    WatchedFeed& feed) const {
    const Blast& b = s_.fire.blasts[e];
    const double d = distance(from.at, b.at);
    const bool noticed = random.chance(w_.arrays.notices);
    const double off = turned + w_.arrays.sigma_deg * random.normal();
    if (!noticed || d > w_.arrays.reach_km * 1000) return;
    Watched row =
        bearing(from, azimuth_deg(from.at, b.at) + off, b.time_s + d / w_.sound.speed_m_s);
    row.effects = {e};
    row.cause = "heard";
    feed.rows.push_back(std::move(row));
  }

  // ------------------------------------------------------------------- cameras and patrols: rings
  // Those of the effects within reach that are noticed, each by itself.
  Effects noticed(const Effects& of, Xy from, double reach_km, double chance,
                  Random& random) const {
    Effects out;
    for (const auto e : of) {
      const bool seen = random.chance(chance);
      if (seen && distance(from, s_.fire.blasts[e].at) <= reach_km * 1000) out.push_back(e);
    }
    return out;
  }
  Xy middle(const Effects& effects) const {
    Xy sum;
    for (const auto e : effects) {
      sum.x_m += s_.fire.blasts[e].at.x_m;
      sum.y_m += s_.fire.blasts[e].at.y_m;
    }
    const auto n = static_cast<double>(effects.size());
    return {sum.x_m / n, sum.y_m / n};
  }
  Shape sector(Xy from, Xy to, double ring_km) const {
    const double ring_m = ring_km * 1000;
    const double inner = std::floor(distance(from, to) / ring_m) * ring_m;
    const double wind = std::fmod(rounded(azimuth_deg(from, to), 22.5), 360);
    return AnnularSector{globe_.at(from), inner, inner + ring_m, wind, 11.25, ring_m / 4, 5};
  }
  double first_s(const Effects& e) const { return s_.fire.blasts[e.front()].time_s; }
  double last_s(const Effects& e) const { return s_.fire.blasts[e.back()].time_s; }

  void watch_cameras() {
    const Cameras& c = w_.cameras;
    if (c.count == 0) return;
    WatchedFeed feed{"cameras", {}};
    for (std::uint32_t i = 0; i < c.count; ++i) {
      const Watcher from = add("camera", SourceKind::kCamera, i);
      const bool blinded = i == 0 && c.blind_until_s > c.blind_from_s;
      if (blinded)
        out_.health.push_back(
            {from.id, {globe_.time(c.blind_from_s), globe_.time(c.blind_until_s)}, "blinded", ""});
      for (std::uint32_t salvo = 0; salvo < impacts_.size(); ++salvo) {
        Random random(s_.seed, Draw::kWatcher, 1000 + i, salvo);
        const Effects seen = noticed(impacts_[salvo], from.at, c.reach_km, c.notices, random);
        if (seen.empty()) continue;
        if (blinded && first_s(seen) >= c.blind_from_s && first_s(seen) < c.blind_until_s) continue;
        Observation o = blank(from, first_s(seen) - 1, last_s(seen) + 1, Means::kRecorded);
        o.shape = sector(from.at, middle(seen), c.ring_km);
        o.items.push_back({Count::exact(static_cast<std::int64_t>(seen.size())),
                           ClassProbabilities::certain(EffectClass::kExplosionImpact)});
        o.p_real = 0.98;
        feed.rows.push_back({std::move(o), seen, "seen"});
      }
    }
    out_.feeds.push_back(std::move(feed));
  }

  void watch_patrols() {
    const Patrols& p = w_.patrols;
    if (p.count == 0) return;
    WatchedFeed feed{"patrols", {}};
    for (std::uint32_t i = 0; i < p.count; ++i) {
      const Watcher from = add("patrol", SourceKind::kPatrol, i);
      for (std::uint32_t salvo = 0; salvo < sounds_.size(); ++salvo) {
        Random random(s_.seed, Draw::kPatrol, i, salvo);
        const Effects heard = noticed(sounds_[salvo], from.at, p.reach_km, p.notices, random);
        if (!heard.empty()) feed.rows.push_back(patrol_row(from, heard));
      }
    }
    out_.feeds.push_back(std::move(feed));
  }
  // A patrol writes whole minutes, of when it heard and not of when it was fired.
  Watched patrol_row(const Watcher& from, const Effects& heard) const {
    const Patrols& p = w_.patrols;
    const double lag = p.reach_km * 1000 / w_.sound.speed_m_s;
    const double start = std::floor(first_s(heard) / 60) * 60;
    const double end = (std::floor((last_s(heard) + lag) / 60) + 1) * 60;
    Observation o = blank(from, start, end, Means::kHeard);
    o.shape = sector(from.at, middle(heard), p.ring_km);
    o.items.push_back({heard_count(static_cast<std::int64_t>(heard.size()), p.rounds_above),
                       classes(0.5F, 0.4F, 0.1F)});
    o.p_real = 0.97;
    return {std::move(o), heard, "heard"};
  }

  // ---------------------------------------------------------------------------------- satellite
  void watch_by_satellite() {
    const Satellite& sat = w_.satellite;
    if (sat.passes == 0) return;
    const Watcher from{"satellite", {}, SourceKind::kSatellite};
    Source source;
    source.id = source.name = from.id;
    source.kind = from.kind;
    out_.sources.push_back(source);
    WatchedFeed feed{"satellite", {}};
    for (std::uint32_t i = 0; i < sat.passes; ++i) {
      const double t = duration_s_ * (i + 0.7) / sat.passes;
      Random random(s_.seed, Draw::kSatellite, i);
      for (std::uint32_t e = 0; e < s_.fire.blasts.size(); ++e) {
        const Blast& b = s_.fire.blasts[e];
        const bool seen = random.chance(sat.seen);
        const double east = sat.sigma_m * random.normal(), north = sat.sigma_m * random.normal();
        if (!seen || b.muzzle || b.time_s > t || b.time_s < t - sat.within_s) continue;
        feed.rows.push_back({pixel(from, {b.at.x_m + east, b.at.y_m + north}, t), {e}, "seen"});
      }
      for (std::uint64_t k = random.poisson(sat.false_per_pass); k > 0; --k) {
        const double x = random.between(0, w_.terrain.width_km * 1000);
        feed.rows.push_back(
            {pixel(from, {x, random.between(0, w_.terrain.height_km * 1000)}, t), {}, "false"});
      }
    }
    out_.feeds.push_back(std::move(feed));
  }
  // The pixel's middle, on a grid of pixels; what burns was lit at any time before.
  Observation pixel(const Watcher& from, Xy p, double pass_s) const {
    const Satellite& sat = w_.satellite;
    Observation o = blank(from, pass_s - sat.within_s, pass_s, Means::kDetected);
    const double edge = sat.pixel_m;
    const Xy centre{(std::floor(p.x_m / edge) + 0.5) * edge,
                    (std::floor(p.y_m / edge) + 0.5) * edge};
    o.shape = PixelFootprint{globe_.at(centre), edge, edge, 0, sat.sigma_m};
    o.items.push_back({Count::at_least(1), ClassProbabilities::certain(EffectClass::kHeat)});
    o.p_real = 0.9;
    return o;
  }

  // ------------------------------------------------------------------------- forged feed, claims
  // A feed that repeats patrols as its own and tells of what never was.
  void forge() {
    const Parties& p = w_.parties;
    if (p.copied + p.invented == 0) return;
    const Watcher from{"eyewitness-channel", {}, SourceKind::kPress};
    Source source;
    source.id = source.name = from.id;
    source.kind = from.kind;
    out_.sources.push_back(source);
    WatchedFeed feed{"forged", {}};
    Random random(s_.seed, Draw::kParty, 9);
    copy_patrols(from, random, feed);
    for (std::uint32_t i = 0; i < p.invented; ++i) {
      const double t = random.between(0, duration_s_ - 60);
      const double x = random.between(0, w_.terrain.width_km * 1000);
      const Xy at{x, random.between(0, w_.terrain.height_km * 1000)};
      Observation o = blank(from, t, t + 60, Means::kSaw);
      o.shape = PointShape{globe_.at(at), 1e4, 1e4, 0};
      o.items.push_back({Count::exact(1 + static_cast<std::int64_t>(random.below(12))),
                         ClassProbabilities::certain(EffectClass::kExplosionImpact)});
      o.p_real = 0.7;
      feed.rows.push_back({std::move(o), {}, "invented"});
    }
    out_.feeds.push_back(std::move(feed));
  }
  void copy_patrols(const Watcher& from, Random& random, WatchedFeed& feed) const {
    const auto patrols = std::find_if(out_.feeds.begin(), out_.feeds.end(),
                                      [](const WatchedFeed& f) { return f.id == "patrols"; });
    if (patrols == out_.feeds.end()) return;
    for (std::uint32_t i = 0; i < w_.parties.copied && !patrols->rows.empty(); ++i) {
      Watched row = patrols->rows[random.below(patrols->rows.size())];
      row.observation.source = row.observation.position = from.id;
      row.observation.means = {Means::kSaw};
      row.cause = "copied";
      feed.rows.push_back(std::move(row));
    }
  }

  // A party claims what fell on its own side, more than fell; the other denies some of it.
  void claim() {
    if (w_.parties.claims_per_hour <= 0) return;
    for (std::uint32_t party = 0; party < kPartyCount; ++party) {
      Random random(s_.seed, Draw::kParty, party);
      const double gap = 3600 / w_.parties.claims_per_hour;
      double since = 0;
      for (double t = random.exponential(gap); t < duration_s_; t += random.exponential(gap)) {
        claim_of(party, since, t, random);
        since = t;
      }
    }
  }
  void claim_of(std::uint32_t party, double since_s, double until_s, Random& random) {
    std::int64_t fell = 0;
    for (const auto& b : s_.fire.blasts) {
      const bool on_its_side = s_.fire.salvos[b.salvo].left == (party == 1);
      if (!b.muzzle && on_its_side && b.time_s >= since_s && b.time_s < until_s) ++fell;
    }
    Claim c;
    c.topic = w_.name;
    c.claimant = c.claimant_party = kParties[party];
    c.accused_party = kParties[1 - party];
    c.metric = "explosions";
    c.unit = "explosions";
    c.count = Count::exact(
        static_cast<std::int64_t>(std::ceil(w_.parties.inflation * static_cast<double>(fell))));
    c.when = {globe_.time(since_s), globe_.time(until_s)};
    c.as_of = globe_.time(until_s);
    out_.claims.push_back(c);
    if (!random.chance(w_.parties.denial_share)) return;
    std::swap(c.claimant_party, c.accused_party);
    c.claimant = c.claimant_party;
    c.denial = true;
    c.count = Count::exact(0);
    out_.claims.push_back(c);
  }

  const Simulated& s_;
  const World& w_;
  const Globe& globe_;
  double duration_s_;
  std::vector<Effects> impacts_, sounds_;  // per salvo, by time
  Watch out_;
};

LatLon middle_of_the_sea() { return *LatLon::from_degrees(2, -12); }
constexpr const char* kEpoch = "2030-06-01T00:00:00Z";

}  // namespace

Globe::Globe(const World& world)
    : frame(middle_of_the_sea()),
      middle_x_m(world.terrain.width_km * 500),
      middle_y_m(world.terrain.height_km * 500),
      epoch(*parse_instant(kEpoch)) {}

LatLon Globe::at(Xy p) const { return frame.to_latlon({p.x_m - middle_x_m, p.y_m - middle_y_m}); }

Xy Globe::xy(LatLon p) const {
  const auto local = frame.to_xy(p);
  return {local.x_m + middle_x_m, local.y_m + middle_y_m};
}

Instant Globe::time(double time_s) const {
  return epoch + Duration{static_cast<std::int64_t>(std::floor(time_s * 1000 + 0.5)) * 1'000'000};
}

Watch make_watch(const Simulated& simulated, const Globe& globe) {
  return Watching(simulated, globe).run();
}

}  // namespace truce::sim
