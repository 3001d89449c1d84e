// Vector tiles of many incidents, straight from the views of the server: how long it takes to make
// the index of a store, to bring it up to a commit, and to make a tile of each zoom where the
// incidents are thickest. Times are of this thread's processor; each tile is made anew.
//
// Floor: a tile says something of each incident whose region touches it, so it cannot cost less
// than looking at these once; "touched" says how many there are.
// usage: bench_serve_tiles [INCIDENTS]

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>

#include "app/incident_tiles.h"
#include "base/json.h"
#include "model/identity.h"
#include "model/json.h"

namespace {

using namespace truce;

double processor_s() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

constexpr LatLon kThickest{481'400'000, 377'500'000};

// Most lie along a line of 400 km through the thickest place, with regions of 200 m to 5 km.
Incident incident(std::mt19937_64& random, int number) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> even(0, 1);
  Incident out;
  const Instant start{(1'745'000'000LL + 13LL * number) * 1'000'000'000};
  out.id = incident_id(observation_ids_from(start) + std::to_string(number));
  out.when = {start, start + Duration::whole_seconds(30)};
  const double along = normal(random);
  const auto at = LatLon::from_degrees(kThickest.lat_deg() + 0.6 * along + 0.05 * normal(random),
                                       kThickest.lon_deg() + 0.9 * along + 0.05 * normal(random));
  const double sigma_m = 200 * std::exp(3.2 * even(random) * even(random));
  out.place.best = *at;
  out.place.region = PointShape{*at, sigma_m * sigma_m, sigma_m * sigma_m, 0};
  out.place.radius_m = 2.15 * sigma_m;
  Effect effect;
  effect.effect_class = EffectClass::kExplosionImpact;
  effect.count = {1, 2, 4, false};
  out.effects = {effect};
  out.violations = effect.count;
  return out;
}

Status put(ledger::Store& store, std::mt19937_64& random, int from, int count) {
  TRUCE_CHECK_OK(store.begin());
  for (int i = from; i < from + count; ++i) {
    TRUCE_TRY(version,
              store.put_incident(incident(random, i), {}, static_cast<std::uint64_t>(i) + 1));
    static_cast<void>(version);
  }
  return store.commit(static_cast<std::uint64_t>(from + count));
}

Status bench(int incidents) {
  std::mt19937_64 random(1);
  TRUCE_TRY(store, ledger::Store::open(ledger::Store::kTemporary));
  TRUCE_CHECK_OK(put(*store, random, 0, incidents));
  app::IncidentIndex index(app::Mission{});
  double from = processor_s();
  TRUCE_CHECK_OK(index.follow(*store));
  const double made_s = processor_s() - from;
  constexpr int kNew = 100;
  TRUCE_CHECK_OK(put(*store, random, incidents, kNew));
  from = processor_s();
  TRUCE_CHECK_OK(index.follow(*store));
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("followed_ms").number(1e3 * (processor_s() - from));
  w.key("followed_new")
      .integer(kNew)
      .key("incidents")
      .integer(static_cast<std::int64_t>(index.size()));
  w.key("index_s").number(made_s).key("tiles").begin_array();
  for (const int z : {0, 4, 7, 8, 10, 12, 14}) {
    const serve::TilePoint at = serve::in_tile({0, 0, 0}, kThickest);
    const double tiles = std::ldexp(1.0, z) / serve::kTileExtent;
    const serve::TileId tile{z, static_cast<std::uint32_t>(at.x * tiles),
                             static_cast<std::uint32_t>(at.y * tiles)};
    constexpr int kTimes = 5;
    std::string bytes;
    from = processor_s();
    for (int i = 0; i < kTimes; ++i) bytes = app::incident_tile(index, tile, judge::kAlways);
    const double ms = 1e3 * (processor_s() - from) / kTimes;
    w.begin_object()
        .key("bytes")
        .integer(static_cast<std::int64_t>(bytes.size()))
        .key("ms")
        .number(ms);
    w.key("touched").integer(static_cast<std::int64_t>(index.near(serve::box_of(tile)).size()));
    w.key("zoom").integer(z).end_object();
  }
  w.end_array().end_object();
  std::printf("%s\n", out.c_str());
  return done();
}

}  // namespace

int main(int argc, char** argv) {
  const int incidents = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const Status status = bench(std::max(1, incidents));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.error().to_text().c_str());
  return 1;
}
