#include "simulated_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

#include "base/geo.h"
#include "base/units.h"
#include "model/json.h"

namespace truce::missions {

namespace {

const Instant kStart = *parse_instant("2030-06-03T00:00:00Z");
constexpr int kHours = 72;
constexpr int kEvents = 40;

// splitmix64 (Steele, Lea & Flood 2014): the standard library's distributions differ between
// libraries, this does not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double p) { return uniform() < p; }
  // Variance one, by the sum of twelve uniform numbers; no function whose last digit may differ.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::uint64_t state_;
};

struct Event {
  Instant start;
  Duration length;
  LatLon at;
  EffectClass effect = EffectClass::kExplosionImpact;
  WeaponClass weapon = WeaponClass::kUnknown;
  int count = 1;
  bool announced = false;
};

struct Observer {
  std::string id, name;
  SourceKind kind;
  std::string party;
  LatLon at;
  double reach_m;
  double notices;  // probability that it notices an event within reach
};

LatLon place(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

std::vector<Observer> observers() {
  std::vector<Observer> out;
  double lon = 0.1;
  for (const std::string sector : {"west", "centre", "east"}) {
    out.push_back({"array-" + sector, "array " + sector, SourceKind::kAcousticArray, "",
                   place(0.15, lon), 18'000, 0.95});
    out.push_back({"camera-" + sector, "camera " + sector, SourceKind::kCamera, "",
                   place(0.155, lon + 0.03), 9'000, 0.9});
    out.push_back({"patrol-" + sector, "patrol " + sector, SourceKind::kPatrol, "",
                   place(0.14, lon - 0.03), 8'000, 0.8});
    lon += 0.2;
  }
  out.push_back({"liaison-north", "liaison officer in the north", SourceKind::kParty, "amber",
                 place(0.2, 0.3), 60'000, 0.4});
  out.push_back({"liaison-south", "liaison officer in the south", SourceKind::kParty, "cobalt",
                 place(0.1, 0.3), 60'000, 0.4});
  return out;
}

bool is_fire_of_small_arms(const Event& e) { return e.effect == EffectClass::kBurstsAndShots; }

Event random_event(Random& random) {
  Event e;
  const double share = random.uniform();
  e.start = kStart + Duration::whole_seconds(
                         static_cast<std::int64_t>(random.between(0, kHours * 3600.0 - 600)));
  e.length = Duration::whole_seconds(static_cast<std::int64_t>(random.between(5, 180)));
  e.at = place(random.between(0.07, 0.23), random.between(0.02, 0.58));
  e.count = 1 + static_cast<int>(random.between(0, 9));
  if (share < 0.5) {
    e.weapon = random.chance(0.6) ? WeaponClass::kMortar : WeaponClass::kArtillery;
  } else if (share < 0.75) {
    e.effect = EffectClass::kExplosionOutgoing;
    e.weapon = random.chance(0.6) ? WeaponClass::kMortar : WeaponClass::kArtillery;
  } else {
    e.effect = EffectClass::kBurstsAndShots;
    e.weapon = WeaponClass::kSmallArms;
    e.count += 10;
  }
  return e;
}

// Events drawn, and three charges of a demining team that the notice announces.
std::vector<Event> events(Random& random) {
  std::vector<Event> out;
  for (int i = 0; i < kEvents; ++i) out.push_back(random_event(random));
  for (int i = 0; i < 3; ++i) {
    out.push_back({kStart + Duration::hours(34 + i), Duration::whole_seconds(2),
                   place(0.178 + 0.001 * i, 0.112), EffectClass::kExplosionImpact,
                   WeaponClass::kMine, 1, true});
  }
  std::sort(out.begin(), out.end(),
            [](const Event& a, const Event& b) { return a.start < b.start; });
  return out;
}

double distance_m(LatLon a, LatLon b) { return geodesic_between(a, b).distance_m; }

// The second night the camera in the centre was blinded; patrols drive by day.
constexpr int kBlindFrom = 26;
constexpr int kBlindHours = 3;
bool is_watching(const Observer& o, Instant t) {
  const auto hour = (t - kStart).ns / Duration::hours(1).ns;
  if (o.kind == SourceKind::kPatrol) return hour % 24 >= 8 && hour % 24 < 18;
  return o.id != "camera-centre" || hour < kBlindFrom || hour >= kBlindFrom + kBlindHours;
}

LatLon shifted(LatLon p, double east_m, double north_m) {
  return LocalFrame(p).to_latlon({east_m, north_m});
}

// A range ring and a wedge of sixteen, as an observer would write them down.
Shape sector_from(const Observer& o, LatLon p) {
  const auto g = geodesic_between(o.at, p);
  const double km = std::floor(g.distance_m / 1000);
  const double azimuth = *parse_compass_deg(compass_word(g.azimuth_deg));
  return AnnularSector{o.at, km * 1000, km * 1000 + 1000, azimuth, 11.25, 500, 6};
}

ClassProbabilities split_classes(EffectClass likely, EffectClass other, float p) {
  ClassProbabilities out;
  out.p[static_cast<std::size_t>(likely)] = p;
  out.p[static_cast<std::size_t>(other)] = 1 - p;
  return out;
}

int counted(const Event& e, double misses, Random& random) {
  int n = 0;
  for (int i = 0; i < e.count; ++i) n += random.chance(misses) ? 0 : 1;
  return std::max(n, 1);
}

Observation by_array(const Event& e, Random& random) {
  Observation o;
  o.when = {e.start, e.start + e.length};
  constexpr double kSigmaM = 300;
  const double east_m = kSigmaM * random.normal();
  o.shape = PointShape{shifted(e.at, east_m, kSigmaM * random.normal()), kSigmaM * kSigmaM,
                       kSigmaM * kSigmaM, 0};
  const auto other = e.effect == EffectClass::kExplosionOutgoing ? EffectClass::kExplosionImpact
                                                                 : EffectClass::kExplosionOutgoing;
  o.items.push_back({Count::exact(counted(e, 0.1, random)), split_classes(e.effect, other, 0.75F)});
  o.means = {Means::kDetected};
  o.p_real = 0.95;
  return o;
}

Observation by_camera(const Observer& from, const Event& e, Random& random) {
  Observation o;
  o.when = {e.start, e.start + e.length};
  o.shape = sector_from(from, e.at);
  o.items.push_back({Count::exact(counted(e, 0.2, random)), ClassProbabilities::certain(e.effect)});
  o.means = {Means::kRecorded};
  o.p_real = 0.97;
  return o;
}

Observation by_patrol(const Observer& from, const Event& e, Random& random) {
  Observation o;
  const std::int64_t minute = Duration::minutes(1).ns;
  o.when = {{e.start.ns / minute * minute}, {((e.start + e.length).ns / minute + 1) * minute}};
  o.shape = sector_from(from, e.at);
  Item item{Count::about(counted(e, 0.15, random)), ClassProbabilities::certain(e.effect)};
  if (random.chance(0.8)) item.weapon = e.weapon;  // by the sound
  o.items.push_back(item);
  o.means = {Means::kHeard};
  o.p_real = 0.97;
  return o;
}

// A liaison officer reports within the hour and names a place; what he tells is less certain.
Observation by_liaison(const Event& e, Random& random) {
  Observation o;
  const std::int64_t hour = Duration::hours(1).ns;
  const std::int64_t first = e.start.ns / hour * hour;
  o.when = {{first}, {first + hour}};
  const double east_m = 700 * random.normal();
  o.shape = NamedPlace{"grid square", shifted(e.at, east_m, 700 * random.normal()), 2000};
  o.items.push_back({Count::at_least(e.count), ClassProbabilities::certain(e.effect), e.weapon});
  o.means = {Means::kReported};
  o.p_real = 0.6;
  return o;
}

std::optional<Observation> noticed(const Observer& o, const Event& e, Random& random) {
  const bool lucky = random.chance(o.notices);
  if (!lucky || !is_watching(o, e.start) || distance_m(o.at, e.at) > o.reach_m) return std::nullopt;
  switch (o.kind) {
    case SourceKind::kAcousticArray:
      if (is_fire_of_small_arms(e)) return std::nullopt;
      return by_array(e, random);
    case SourceKind::kCamera:
      return by_camera(o, e, random);
    case SourceKind::kPatrol:
      return by_patrol(o, e, random);
    default:  // a party tells of what fell on its own side
      if ((e.at.lat_deg() > 0.15) != (o.at.lat_deg() > 0.15) ||
          e.effect == EffectClass::kExplosionOutgoing || e.announced)
        return std::nullopt;
      return by_liaison(e, random);
  }
}

template <class R>
std::string line_of(const char* kind, const R& record) {
  return "{\"kind\":\"" + std::string(kind) + "\",\"record\":" + to_json(record) + "}\n";
}

std::string observations(const std::vector<Event>& truth, Random& random) {
  std::string out;
  for (const Event& e : truth) {
    for (const Observer& from : observers()) {
      auto o = noticed(from, e, random);
      if (!o) continue;
      o->source = from.id;
      o->position = from.name;
      out += line_of("observation", *o);
    }
  }
  return out;
}

std::string announcements() {
  Notice n;
  n.party = "amber";
  n.kind = "demining";
  n.when = {kStart + Duration::hours(33), kStart + Duration::hours(38)};
  n.shape = PolygonShape{{{{place(0.16, 0.09), place(0.16, 0.135), place(0.2, 0.135),
                            place(0.2, 0.09), place(0.16, 0.09)},
                           {}}},
                         0};
  n.text = "charges of a demining team";
  return line_of("notice", n);
}

std::string health() {
  return line_of("health", Health{"camera-centre",
                                  {kStart + Duration::hours(kBlindFrom),
                                   kStart + Duration::hours(kBlindFrom + kBlindHours)},
                                  "blinded",
                                  ""});
}

std::string sources() {
  std::string out = "id,name,kind,owner,party,lat,lon\n";
  for (const Observer& o : observers()) {
    char at[48];
    std::snprintf(at, sizeof at, "%.4f,%.4f", o.at.lat_deg(), o.at.lon_deg());
    out += o.id + "," + o.name + "," + std::string(to_string(o.kind)) + "," +
           (o.party.empty() ? "mission" : "") + "," + o.party + "," + at + "\n";
  }
  return out;
}

std::string truth_table(const std::vector<Event>& truth) {
  std::string out = "start,end,lat,lon,class,weapon,count,announced\n";
  for (const Event& e : truth) {
    char at[48];
    std::snprintf(at, sizeof at, "%.7f,%.7f", e.at.lat_deg(), e.at.lon_deg());
    out += to_text(e.start) + "," + to_text(e.start + e.length) + "," + at + "," +
           std::string(to_string(e.effect)) + "," + std::string(to_string(e.weapon)) + "," +
           std::to_string(e.count) + "," + (e.announced ? "yes" : "no") + "\n";
  }
  return out;
}

}  // namespace

std::vector<SimulatedFile> simulated_line(std::uint64_t seed) {
  Random random(seed);
  const auto truth = events(random);
  return {{"feeds/observations.ndjson", observations(truth, random)},
          {"feeds/notices.ndjson", announcements()},
          {"feeds/health.ndjson", health()},
          {"sources.csv", sources()},
          {"truth.csv", truth_table(truth)}};
}

}  // namespace truce::missions
