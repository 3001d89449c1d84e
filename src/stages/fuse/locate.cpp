#include "stages/fuse/locate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/geo.h"
#include "model/identity.h"
#include "stages/fuse/internal/same_blasts.h"

namespace truce::fuse {

namespace {

constexpr double kSpeedMaxMS = 400;   // faster is a phase in the ground
constexpr double kRealMax = 0.98;     // see locate.h
constexpr double kRivalFlagged = -3;  // log odds of another explanation that is close
constexpr double kLevelDb = 70;       // of arrivals where none of the block has a level
constexpr double kFaintest = 0.05;    // share of arrivals fainter than what a sensor just notices
constexpr std::int64_t kTickNs = 10'000'000;  // to which times are rounded outward

using SensorKey = std::pair<std::string, LatLon>;

// The value that a share of all lie below.
double quantile(std::vector<double> values, double share) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::string decimal(double v, int digits) {
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%.*f", digits, v);
  return out.data();
}

// A difference of times with one sigma, to a hundredth of a second, of which a sigma has one at
// least.
struct Seconds {
  double value;
  double sigma;
  Seconds(double v, double s)
      : value(std::round(v * 100) / 100), sigma(std::max(1.0, std::round(s * 100)) / 100) {}
  std::string words() const {
    return (value > 0 ? "+" : "") + decimal(value, 2) + " ± " + decimal(sigma, 2) + " s";
  }
};

// Medians, which one sensor said to stand far away does not move; longitudes are counted from the
// first sensor's, so that the meridian of 180° is no edge.
LatLon middle_of(const std::vector<SensorKey>& sensors) {
  const double lon0 = sensors.front().second.lon_deg();
  std::vector<double> lat, lon;
  for (const auto& [id, at] : sensors) {
    lat.push_back(at.lat_deg());
    lon.push_back(wrapped_lon_deg(at.lon_deg() - lon0));
  }
  return *LatLon::from_degrees(quantile(lat, 0.5), wrapped_lon_deg(quantile(lon, 0.5) + lon0));
}

// Two significant digits, never less than `v` nor than one: what is finer changes with every
// arrival of the block and says nothing.
double rounded_up(double v) {
  v = std::max(1.0, v);
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(v)) - 1));
  return std::ceil(v / unit) * unit;
}

bool before(const Health& a, const Health& b) {
  return std::tie(a.source, a.why, a.when.start, a.when.end, a.note) <
         std::tie(b.source, b.why, b.when.start, b.when.end, b.note);
}

enum class Medium : std::uint8_t { kAir, kGround };

class BlockLocator {
  struct Spell {
    double first_s = 0;
    double last_s = 0;
  };

 public:
  // Of the waves in the air, or of those in the ground.
  BlockLocator(const SoundBlock& block, Medium medium, double detection_snr_db)
      : block_(block), medium_(medium), detection_snr_db_(detection_snr_db) {
    const auto mine = medium == Medium::kAir ? &is_sound : &is_ground;
    for (const auto& o : block.arrivals) {
      if (mine(o) && in_window(arrival(o).at_time)) heard_.push_back(&o);
    }
    std::sort(heard_.begin(), heard_.end(), [](const auto* a, const auto* b) {
      return std::tie(arrival(*a).at_time, a->source, a->id) <
             std::tie(arrival(*b).at_time, b->source, b->id);
    });
    if (!heard_.empty()) find_sensors();
  }
  bool is_silent() const { return heard_.empty(); }
  LatLon middle() const { return middle_of(sensors_); }

  Association felt(const SoundScene& in, const SeismicParams& params) const {
    SeismicScene out{in.sensors, {}, in.deaf, block_.layers, in.start_s, in.end_s};
    for (std::size_t i = 0; i < in.arrivals.size(); ++i) {
      const auto& a = in.arrivals[i];
      out.picks.push_back(
          {a.sensor, a.time_s, a.sigma_s, a.level_db, phase_of(arrival(*heard_[i]).wave)});
    }
    return associate_seismic(out, params).found;
  }
  std::vector<std::string> ids_of(const std::vector<std::uint32_t>& arrivals) const {
    std::vector<std::string> out;
    for (const auto a : arrivals) out.push_back(heard_[a]->id);
    return out;
  }

  SoundScene scene(const LocalFrame& frame) const {
    SoundScene out;
    out.start_s = window_start();
    out.end_s = window_end();
    std::vector<double> speeds, levels;
    for (const auto* o : heard_) {
      speeds.push_back(arrival(*o).speed_m_s);
      if (arrival(*o).has_level) levels.push_back(arrival(*o).level_db);
    }
    out.sound_speed_m_s = quantile(speeds, 0.5);
    const double level = levels.empty() ? kLevelDb : quantile(levels, 0.5);
    const double noise =
        (levels.empty() ? level - detection_snr_db_ : quantile(levels, kFaintest)) -
        detection_snr_db_;
    std::map<std::string, double> own_noise;
    for (const auto& s : block_.sources) {
      if (s.noise_db) own_noise[s.id] = *s.noise_db;
    }
    for (const auto& [id, at] : sensors_) {
      const auto xy = frame.to_xy(at);
      const auto own = own_noise.find(id);
      out.sensors.push_back({xy.x_m, xy.y_m, own == own_noise.end() ? noise : own->second});
    }
    for (const auto* o : heard_) {
      const Arrival& a = arrival(*o);
      out.arrivals.push_back(
          {sensor_of(*o), seconds(a.at_time), a.sigma_s, a.has_level ? a.level_db : level});
    }
    add_deafness(out);
    add_moves(out);
    add_weather(frame, out);
    return out;
  }

  std::vector<Health> health_of(const SoundScene& in, const Association& found) const {
    std::vector<Health> out;
    for (const auto& c : found.clocks) {
      const Seconds off(c.offset_s, c.sigma_s);
      tell(out, c.sensor, 0, block_s(), "clock_off", "clock minus true time " + off.words(), off);
    }
    for (const auto& j : found.jumps) {
      const Seconds by(j.by_s, j.sigma_s);
      tell(out, j.sensor, j.from_s, j.until_s, "clock_jumped",
           "clock went on by " + by.words() + " between " + clock(j.from_s) + " and " +
               clock(j.until_s),
           by);
    }
    tell_unmatched(found, out);
    for (const auto& f : found.floods)
      tell(out, f.sensor, f.from_s, f.until_s, "flood",
           "more than 4 arrivals a second from " + clock(f.from_s) + " to " + clock(f.until_s) +
               ", left out");
    tell_silent(in, found, out);
    tell_places(in, out);
    std::sort(out.begin(), out.end(), before);
    return out;
  }

  void expect(const LocatedEffect& e, std::vector<ExpectedArrival>& out) const {
    for (std::size_t i = 0; i < e.expected.size(); ++i) {
      const auto& x = e.expected[i];
      const Duration after{std::llround(x.time_s * 1e9)};
      out.push_back(
          {heard_[e.arrivals[i]]->id, block_.when.start + after, x.sigma_s, x.distance_m});
    }
  }

  // Nothing of one that lies outside of the block.
  std::optional<Observation> derived(const LocatedEffect& e, const LocalFrame& frame) const {
    if (!(0 <= e.time_s && e.time_s < block_.when.length().in_seconds())) return std::nullopt;
    Observation o;
    o.source = medium_ == Medium::kAir ? kSoundSource : kGroundSource;
    const double sigma = std::sqrt(std::max(0.0, e.covariance[5]));
    o.when = {at_tick(std::floor((e.time_s - sigma) * 1e9 / kTickNs)),
              at_tick(std::ceil((e.time_s + sigma) * 1e9 / kTickNs))};
    PointShape place;
    place.at = frame.to_latlon({std::round(e.x_m), std::round(e.y_m)});
    place.var_east_m2 = rounded_up(e.covariance[0]);
    place.var_north_m2 = rounded_up(e.covariance[2]);
    place.cov_m2 = std::trunc(e.covariance[1]) + 0.0;  // no negative zero
    o.shape = place;
    o.items.push_back(
        {Count::exact(1), ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.means = {Means::kDetected};
    // Not real where there was none, nor where the arrivals are another's.
    const double real =
        1 / ((1 + std::exp(-e.log_odds)) * (1 + std::exp(std::min(700.0, e.rival_log_odds))));
    o.p_real = std::min(kRealMax, std::round(100 * real) / 100);
    if (e.rival_log_odds > kRivalFlagged) o.flags.emplace_back("arrivals_explained_otherwise");
    o.derived_from = ids_of(e.arrivals);
    o.echoes = ids_of(e.echoes);
    o.shock_waves = ids_of(e.shocks);
    return o;
  }

 private:
  static PickPhase phase_of(truce::Wave w) {
    return w == truce::Wave::kP   ? PickPhase::kP
           : w == truce::Wave::kS ? PickPhase::kS
                                  : PickPhase::kUnknown;
  }
  static const Arrival& arrival(const Observation& o) { return std::get<Arrival>(o.shape); }
  bool in_window(Instant t) const {
    return block_.when.start - block_.margin <= t && t <= block_.when.end + block_.margin;
  }
  double seconds(Instant t) const { return (t - block_.when.start).in_seconds(); }
  double window_start() const { return -block_.margin.in_seconds(); }
  double window_end() const { return (block_.when.length() + block_.margin).in_seconds(); }

  void find_sensors() {
    const auto kind =
        medium_ == Medium::kAir ? SourceKind::kAcousticSensor : SourceKind::kSeismicStation;
    std::set<SensorKey> keys;
    std::set<std::string> said;
    for (const auto* o : heard_) {
      keys.emplace(o->source, arrival(*o).at);
      said.insert(o->source);
    }
    for (const auto& s : block_.sources) {
      if (s.kind == kind && s.at && !said.contains(s.id)) keys.emplace(s.id, *s.at);
    }
    sensors_.assign(keys.begin(), keys.end());
  }
  std::uint32_t sensor_of(const Observation& o) const {
    const SensorKey key(o.source, arrival(o).at);
    return static_cast<std::uint32_t>(std::lower_bound(sensors_.begin(), sensors_.end(), key) -
                                      sensors_.begin());
  }

  // Of the block's time, and of stations from which some sensor is not far: the wind of elsewhere
  // says nothing.
  void add_weather(const LocalFrame& frame, SoundScene& out) const {
    constexpr double kFarM = 50'000;
    for (const auto& w : block_.weather) {
      if (!in_window(w.time)) continue;
      const auto xy = frame.to_xy(w.at);
      const bool near =
          std::any_of(out.sensors.begin(), out.sensors.end(), [&](const SoundSensor& s) {
            return std::hypot(s.x_m - xy.x_m, s.y_m - xy.y_m) <= kFarM;
          });
      if (!near) continue;
      out.weather.push_back(
          {seconds(w.time), xy.x_m, xy.y_m, w.east_m_s, w.north_m_s, w.sound_speed_m_s});
    }
    std::sort(out.weather.begin(), out.weather.end(), [](const auto& a, const auto& b) {
      return std::tie(a.time_s, a.x_m, a.y_m, a.east_m_s, a.north_m_s, a.sound_speed_m_s) <
             std::tie(b.time_s, b.x_m, b.y_m, b.east_m_s, b.north_m_s, b.sound_speed_m_s);
    });
  }

  void add_deafness(SoundScene& out) const {
    for (const auto& h : block_.health) {
      const double from = std::max(out.start_s, seconds(h.when.start));
      const double until = std::min(out.end_s, seconds(h.when.end));
      if (!(from < until)) continue;
      for (auto s = first_of(h.source); s < sensors_.size() && sensors_[s].first == h.source; ++s)
        out.deaf.push_back({s, from, until});
    }
    std::sort(out.deaf.begin(), out.deaf.end(), [](const Deafness& a, const Deafness& b) {
      return std::tie(a.sensor, a.from_s, a.until_s) < std::tie(b.sensor, b.from_s, b.until_s);
    });
  }
  // The first place of an id; where it would stand, if there is none.
  std::uint32_t first_of(const std::string& id) const {
    const auto at =
        std::lower_bound(sensors_.begin(), sensors_.end(), id,
                         [](const SensorKey& k, const std::string& v) { return k.first < v; });
    return static_cast<std::uint32_t>(at - sensors_.begin());
  }

  // First and last word of each sensor.
  std::vector<Spell> spells(const SoundScene& scene) const {
    std::vector<Spell> out(sensors_.size(), {scene.end_s, scene.start_s});
    for (const auto& a : scene.arrivals) {
      out[a.sensor].first_s = std::min(out[a.sensor].first_s, a.time_s);
      out[a.sensor].last_s = std::max(out[a.sensor].last_s, a.time_s);
    }
    return out;
  }

  bool is_twin(std::uint32_t s) const {
    return (s > 0 && sensors_[s - 1].first == sensors_[s].first) ||
           (s + 1 < sensors_.size() && sensors_[s + 1].first == sensors_[s].first);
  }
  // Of an id at several places none is held to have listened long before its first word or after
  // its last: it may have been at another.
  void add_moves(SoundScene& out) const {
    const auto spoke = spells(out);
    for (std::uint32_t s = 0; s < sensors_.size(); ++s) {
      if (!is_twin(s)) continue;
      out.deaf.push_back({s, out.start_s, spoke[s].first_s - block_.margin.in_seconds()});
      out.deaf.push_back({s, spoke[s].last_s, out.end_s});
    }
  }

  // Of an id at several places nothing: which of them it is that matches nothing may be told by
  // its moves alone.
  void tell_unmatched(const Association& found, std::vector<Health>& out) const {
    for (const auto& u : found.unmatched) {
      if (is_twin(u.sensor)) continue;
      tell(out, u.sensor, u.from_s, u.until_s, "unmatched",
           "what it said from " + clock(u.from_s) + " to " + clock(u.until_s) +
               " tells of nothing that others heard");
    }
  }

  // Only where its own rate makes the silence unlikely by e^8 up to when others were heard: the
  // association takes an hour that is not over for one that was listened through.
  void tell_silent(const SoundScene& in, const Association& found, std::vector<Health>& out) const {
    constexpr double kExpectedMin = 8;
    std::vector<double> times;
    std::vector<std::size_t> count(sensors_.size(), 0);
    for (const auto& a : in.arrivals) {
      times.push_back(a.time_s);
      ++count[a.sensor];
    }
    const double others_s = quantile(std::move(times), 0.99);
    std::set<std::uint32_t> flooded;
    for (const auto& f : found.floods) flooded.insert(f.sensor);
    for (const auto& d : found.silent) {
      const double rate =
          static_cast<double>(count[d.sensor]) / std::max(60.0, d.from_s - in.start_s);
      if (rate * (others_s - d.from_s) < kExpectedMin || flooded.contains(d.sensor)) continue;
      tell(out, d.sensor, d.from_s, block_s(), "silent",
           "nothing after " + clock(d.from_s) + ", though there was something to hear");
    }
  }

  // Ids that were heard at several places.
  void tell_places(const SoundScene& in, std::vector<Health>& out) const {
    constexpr std::size_t kPlacesTold = 4;
    const auto spoke = spells(in);
    for (std::uint32_t s = 0, end = 0; s < sensors_.size(); s = end) {
      std::vector<std::uint32_t> places;
      for (end = s; end < sensors_.size() && sensors_[end].first == sensors_[s].first; ++end)
        places.push_back(end);
      if (places.size() < 2) continue;
      std::sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::tie(spoke[a].first_s, a) < std::tie(spoke[b].first_s, b);
      });
      bool at_once = false;
      double last_s = spoke[places[0]].last_s;
      std::string note = "at " + place(places[0]);
      for (std::size_t k = 1; k < places.size(); ++k) {
        const auto& spell = spoke[places[k]];
        at_once = at_once || spell.first_s <= last_s;
        last_s = std::max(last_s, spell.last_s);
        if (k < kPlacesTold) note += ", at " + place(places[k]) + " from " + clock(spell.first_s);
      }
      if (places.size() > kPlacesTold)
        note += " and at " + std::to_string(places.size() - kPlacesTold) + " more";
      tell(out, s, spoke[places[1]].first_s, last_s, at_once ? "shared_id" : "moved", note);
    }
  }

  // Times in seconds of the block; what lies outside of it is its neighbour's to tell.
  void tell(std::vector<Health>& out, std::uint32_t sensor, double from_s, double until_s,
            const char* why, std::string note, std::optional<Seconds> figure = {}) const {
    from_s = std::max(0.0, from_s);
    until_s = std::min(block_s(), until_s);
    if (from_s > until_s) return;
    Health h{
        sensors_[sensor].first,
        {at_tick(std::floor(from_s * 1e9 / kTickNs)), at_tick(std::ceil(until_s * 1e9 / kTickNs))},
        why,
        std::move(note),
        std::nullopt,
        std::nullopt};
    if (figure) {
      h.offset_s = figure->value;
      h.sigma_s = figure->sigma;
    }
    out.push_back(std::move(h));
  }
  double block_s() const { return block_.when.length().in_seconds(); }
  std::string clock(double t_s) const { return to_text(at_tick(std::round(t_s) * 1e9 / kTickNs)); }
  std::string place(std::uint32_t s) const {
    const LatLon& at = sensors_[s].second;
    return decimal(at.lat_deg(), 5) + " " + decimal(at.lon_deg(), 5);
  }

  Instant at_tick(double ticks) const {
    return block_.when.start + Duration{static_cast<std::int64_t>(ticks) * kTickNs};
  }

  const SoundBlock& block_;
  Medium medium_;
  double detection_snr_db_;
  std::vector<const Observation*> heard_;
  std::vector<SensorKey> sensors_;  // ascending
};

}  // namespace

bool is_sound(const Observation& o) {
  const auto* a = std::get_if<Arrival>(&o.shape);
  return a != nullptr && a->wave == truce::Wave::kSound && a->speed_m_s <= kSpeedMaxMS;
}

bool is_ground(const Observation& o) {
  return std::holds_alternative<Arrival>(o.shape) && !is_sound(o);
}

std::vector<GroundLayer> usual_ground() {
  return {{0, 5800, 3360}, {20'000, 6500, 3750}, {35'000, 8040, 4470}};
}

LocatedBlock locate(const SoundBlock& block, const AssociateParams& sound,
                    const SeismicParams& ground) {
  const BlockLocator air(block, Medium::kAir, sound.detection_snr_db);
  const BlockLocator rock(block, Medium::kGround, ground.detection_snr_db);
  LocatedBlock out;
  if (air.is_silent() && rock.is_silent()) return out;
  const LocalFrame frame((air.is_silent() ? rock : air).middle());
  Association heard, felt;
  if (!air.is_silent()) {
    const SoundScene in = air.scene(frame);
    heard = associate(in, sound);
    out.health = air.health_of(in, heard);
    for (const auto& e : heard.effects) air.expect(e, out.expected);
    std::sort(out.expected.begin(), out.expected.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
  }
  if (!rock.is_silent()) {
    const SoundScene in = rock.scene(frame);
    felt = rock.felt(in, ground);
    const auto health = rock.health_of(in, felt);
    out.health.insert(out.health.end(), health.begin(), health.end());
    std::sort(out.health.begin(), out.health.end(), before);
  }
  const auto partner = same_blasts(heard.effects, felt.effects);
  const auto keep = [&](std::optional<Observation> o) {
    if (!o) return;
    o->id = observation_id(*o);
    out.effects.push_back(*std::move(o));
  };
  std::vector<char> joined(felt.effects.size(), 0);
  for (std::size_t i = 0; i < heard.effects.size(); ++i) {
    if (!partner[i]) {
      keep(air.derived(heard.effects[i], frame));
      continue;
    }
    const LocatedEffect& other = felt.effects[*partner[i]];
    joined[*partner[i]] = 1;
    auto o = air.derived(together(heard.effects[i], other), frame);
    if (o) {
      const auto more = rock.ids_of(other.arrivals);
      o->derived_from.insert(o->derived_from.end(), more.begin(), more.end());
    }
    keep(std::move(o));
  }
  for (std::size_t k = 0; k < felt.effects.size(); ++k) {
    if (joined[k] == 0) keep(rock.derived(felt.effects[k], frame));
  }
  std::sort(out.effects.begin(), out.effects.end(), [](const Observation& a, const Observation& b) {
    return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
  });
  out.effects.erase(std::unique(out.effects.begin(), out.effects.end(),
                                [](const auto& a, const auto& b) { return a.id == b.id; }),
                    out.effects.end());
  return out;
}

}  // namespace truce::fuse
