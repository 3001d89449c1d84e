#include "app/incident_tiles.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace truce::app {

namespace {

using serve::TileLayer;
using serve::TilePoint;
using serve::TileTags;

constexpr std::int64_t kNsPerS = 1'000'000'000;

std::int64_t floor_s(Instant t) { return t.ns / kNsPerS - (t.ns % kNsPerS < 0 ? 1 : 0); }

TileTags tags_of(const IndexedIncident& i) {
  TileTags out{{"best", i.violations.best},
               {"class", std::string(to_string(i.effect_class))},
               {"end_s", floor_s(i.when.end)},
               {"id", i.id},
               {"start_s", floor_s(i.when.start)}};
  if (i.value) out.emplace_back("value", std::string(to_string(*i.value)));
  return out;
}

// Several as one.
struct Cluster {
  std::int64_t n = 0, best = 0;
  std::int64_t start_s = INT64_MAX, end_s = INT64_MIN;
  std::int64_t lat_e7 = 0, lon_e7 = 0;  // sums: whole numbers, so that the order does not matter
  const IndexedIncident* gravest = nullptr;

  void add(const IndexedIncident& i) {
    ++n;
    best += i.violations.best;
    start_s = std::min(start_s, floor_s(i.when.start));
    end_s = std::max(end_s, floor_s(i.when.end));
    lat_e7 += i.at.lat_e7;
    lon_e7 += i.at.lon_e7;
    const auto rank = [](const IndexedIncident& of) {
      return of.value ? report::rank_of(*of.value) : 99;
    };
    if (gravest == nullptr || rank(i) < rank(*gravest)) gravest = &i;
  }
  LatLon middle() const {
    return {static_cast<std::int32_t>(lat_e7 / n), static_cast<std::int32_t>(lon_e7 / n)};
  }
  TileTags tags() const {
    TileTags out;
    if (n == 1) {
      out = tags_of(*gravest);
      out.emplace_back("n", n);
      return out;
    }
    out = {{"best", best}, {"end_s", end_s}, {"n", n}, {"start_s", start_s}};
    if (gravest->value) out.emplace_back("value", std::string(to_string(*gravest->value)));
    return out;
  }
};

void add_clusters(TileLayer& layer, const serve::TileId& tile,
                  const std::vector<const IndexedIncident*>& all) {
  std::map<std::pair<int, int>, Cluster> clusters;
  constexpr double kAcross = static_cast<double>(serve::kTileExtent) / kClustersAcross;
  for (const auto* i : all) {
    const TilePoint at = serve::in_tile(tile, i->at);
    if (!serve::is_inside(at)) continue;
    clusters[{static_cast<int>(at.y / kAcross), static_cast<int>(at.x / kAcross)}].add(*i);
  }
  for (const auto& [cell, cluster] : clusters)
    layer.add_point(serve::in_tile(tile, cluster.middle()), cluster.tags());
}

void add_region(TileLayer& layer, const serve::TileId& tile, const IndexedIncident& i) {
  const TileTags tags = tags_of(i);
  if (layer.add_polygon(tile, outline(i.region), tags)) return;
  const TilePoint at = serve::in_tile(tile, i.at);
  if (serve::is_inside(at)) layer.add_point(at, tags);
}

}  // namespace

std::string incident_tile(const IncidentIndex& index, const serve::TileId& tile,
                          const Interval& when) {
  std::vector<const IndexedIncident*> all = index.near(serve::box_of(tile));
  std::erase_if(
      all, [&when](const auto* i) { return i->when.end < when.start || when.end < i->when.start; });
  TileLayer layer("incidents");
  if (tile.z < kRegionZoomMin || all.size() > kTileRegionsMax) {
    add_clusters(layer, tile, all);
  } else {
    std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    for (const auto* i : all) add_region(layer, tile, *i);
  }
  return layer.to_bytes();
}

}  // namespace truce::app
