#include "app/incident_index.h"

#include <algorithm>
#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <tuple>
#include <unordered_map>

namespace truce::app {

namespace {

namespace bg = boost::geometry;

using Corner = bg::model::point<double, 2, bg::cs::cartesian>;  // longitude, latitude in degrees
using Box = bg::model::box<Corner>;
using Leaf = std::pair<Box, std::size_t>;  // of which slot
constexpr std::size_t kNodeMax = 16;
using Tree = bg::index::rtree<Leaf, bg::index::rstar<kNodeMax>>;

constexpr std::size_t kRowsReadAtOnce = 1000;

Box box_of(const GeoBox& b) { return {{b.lon_min, b.lat_min}, {b.lon_max, b.lat_max}}; }

// Around a circle that holds 90 %; from pole to pole and all the way round where it would cross one
// or the meridian of 180°.
GeoBox around(LatLon at, double radius_m) {
  const MetresPerDegree per = metres_per_degree(at.lat_deg());
  const double up = radius_m / per.lat;
  const double across = per.lon > 1 ? radius_m / per.lon : 360;
  GeoBox out{std::max(-90.0, at.lat_deg() - up), std::min(90.0, at.lat_deg() + up),
             at.lon_deg() - across, at.lon_deg() + across};
  if (out.lon_min < -180 || out.lon_max > 180) out.lon_min = -180, out.lon_max = 180;
  return out;
}

EffectClass most_of(const Incident& incident) {
  std::array<std::int64_t, kEffectClasses> counts{};
  for (const auto& e : incident.effects)
    counts.at(static_cast<std::size_t>(e.effect_class)) += e.count.best;
  if (incident.effects.empty()) return EffectClass::kOther;
  const auto most = std::max_element(counts.begin(), counts.end());
  return *most == 0 ? incident.effects.front().effect_class
                    : static_cast<EffectClass>(most - counts.begin());
}

Result<std::optional<FindingValue>> value_of(std::string_view lines) {
  std::vector<Finding> findings;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    TRUCE_TRY(finding, ledger::from_store<Finding>(lines.substr(0, end)));
    findings.push_back(std::move(finding));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return report::base_value(findings);
}

}  // namespace

struct IncidentIndex::Impl {
  struct Slot {
    IndexedIncident incident;
    GeoBox box;
  };
  std::vector<Area> sectors;
  std::vector<std::unique_ptr<Slot>> slots;  // null: free
  std::vector<std::size_t> free;
  std::unordered_map<std::string, std::size_t> by_id;
  Tree tree;
  mutable std::vector<const IndexedIncident*> by_time;  // by middle and id; empty: to be made
  std::optional<std::uint64_t> position;
  std::string rules;

  static bool is_earlier(const IndexedIncident* a, const IndexedIncident* b) {
    return std::tuple(a->middle(), std::string_view(a->id)) <
           std::tuple(b->middle(), std::string_view(b->id));
  }
  auto place_in_time(const IndexedIncident* i) const {
    return std::lower_bound(by_time.begin(), by_time.end(), i, is_earlier);
  }

  void clear() {
    slots.clear();
    free.clear();
    by_id.clear();
    tree.clear();
    by_time.clear();
  }

  std::optional<std::size_t> sector_of(LatLon at) const {
    for (std::size_t i = 0; i < sectors.size(); ++i) {
      if (sectors[i].contains(at)) return i;
    }
    return std::nullopt;
  }

  Result<std::unique_ptr<Slot>> slot_of(const ledger::PageRow& row) const {
    TRUCE_TRY(incident, ledger::from_store<Incident>(row.json));
    TRUCE_TRY(value, value_of(row.findings));
    auto out = std::make_unique<Slot>();
    IndexedIncident& i = out->incident;
    i.id = row.id;
    i.when = incident.when;
    i.value = value;
    i.violations = incident.violations;
    i.effect_class = most_of(incident);
    for (const auto& e : incident.effects) {
      const auto it = std::find_if(i.effects.begin(), i.effects.end(),
                                   [&e](const auto& of) { return of.first == e.effect_class; });
      if (it == i.effects.end())
        i.effects.emplace_back(e.effect_class, e.count);
      else
        it->second = it->second + e.count;
    }
    i.is_placed = incident.place.known();
    if (!i.is_placed) return out;
    i.at = incident.place.best;
    i.radius_m = incident.place.radius_m;
    i.region = std::move(incident.place.region);
    i.sector = sector_of(i.at);
    const GeoBox reached = reach(i.region);
    const GeoBox circle = around(i.at, i.radius_m);
    out->box = {
        std::min(reached.lat_min, circle.lat_min), std::max(reached.lat_max, circle.lat_max),
        std::min(reached.lon_min, circle.lon_min), std::max(reached.lon_max, circle.lon_max)};
    return out;
  }

  void remove(const std::string& id) {
    const auto it = by_id.find(id);
    if (it == by_id.end()) return;
    Slot& slot = *slots[it->second];
    if (!by_time.empty()) by_time.erase(place_in_time(&slot.incident));
    if (slot.incident.is_placed) tree.remove(Leaf{box_of(slot.box), it->second});
    slots[it->second].reset();
    free.push_back(it->second);
    by_id.erase(it);
  }

  void put(std::unique_ptr<Slot> slot) {
    remove(slot->incident.id);
    if (free.empty()) {
      free.push_back(slots.size());
      slots.emplace_back();
    }
    const std::size_t at = free.back();
    free.pop_back();
    by_id[slot->incident.id] = at;
    if (slot->incident.is_placed) tree.insert(Leaf{box_of(slot->box), at});
    if (!by_time.empty()) by_time.insert(place_in_time(&slot->incident), &slot->incident);
    slots[at] = std::move(slot);
  }

  // All that touch the interval, packed.
  Status read(ledger::Store& store, const Interval& when) {
    clear();
    std::vector<Leaf> entries;
    std::string after;
    for (bool more = true; more;) {
      TRUCE_TRY(
          rows,
          store.page(
              {.kind = "incident", .when = when, .after_id = after, .limit = kRowsReadAtOnce}));
      more = rows.size() == kRowsReadAtOnce;
      for (const auto& row : rows) {
        TRUCE_TRY(slot, slot_of(row));
        by_id[row.id] = slots.size();
        if (slot->incident.is_placed) entries.emplace_back(box_of(slot->box), slots.size());
        slots.push_back(std::move(slot));
      }
      if (more) after = rows.back().id;
    }
    tree = Tree(entries);
    return done();
  }

  Status read_changes(ledger::Store& store) {
    using Kind = ledger::ChangedRow::Kind;
    std::uint64_t from = *position + 1;
    Kind kind = Kind::kConduct;
    std::string id;
    for (bool more = true; more;) {
      TRUCE_TRY(rows, store.changes(from, kind, id, kRowsReadAtOnce));
      more = rows.size() == kRowsReadAtOnce;
      for (const auto& [what, row] : rows) {
        if (what == Kind::kGone) remove(row.id);
        if (what == Kind::kIncident) {
          TRUCE_TRY(slot, slot_of(row));
          put(std::move(slot));
        }
      }
      if (!more) break;
      from = rows.back().row.position;
      kind = rows.back().kind;
      id = rows.back().row.id;
    }
    return done();
  }
};

IncidentIndex::IncidentIndex(const Mission& mission) : impl_(std::make_unique<Impl>()) {
  for (const auto& region : mission.regions) {
    auto area = Area::from_rings(region.areas);
    impl_->sectors.push_back(area.ok() ? *std::move(area) : Area());
  }
}

IncidentIndex::~IncidentIndex() = default;

Status IncidentIndex::follow(ledger::Store& store) {
  TRUCE_TRY(rules, store.rules());
  const std::uint64_t now = store.applied();
  const bool goes_on = impl_->position && impl_->rules == rules && *impl_->position <= now;
  if (goes_on && *impl_->position == now) return done();
  const Status read = goes_on ? impl_->read_changes(store) : impl_->read(store, judge::kAlways);
  impl_->position = read.ok() ? std::optional(now) : std::nullopt;  // half read: anew the next time
  impl_->rules = rules;
  return read;
}

Status IncidentIndex::read(ledger::Store& store, const Interval& when) {
  impl_->position = std::nullopt;
  return impl_->read(store, when);
}

std::size_t IncidentIndex::size() const { return impl_->by_id.size(); }

std::vector<const IndexedIncident*> IncidentIndex::in_time(const Interval& when) const {
  auto& all = impl_->by_time;
  if (all.empty()) {
    for (const auto& slot : impl_->slots) {
      if (slot) all.push_back(&slot->incident);
    }
    std::sort(all.begin(), all.end(), Impl::is_earlier);
  }
  const auto is_before = [](const IndexedIncident* i, Instant t) { return i->middle() < t; };
  const auto first = std::lower_bound(all.begin(), all.end(), when.start, is_before);
  const auto last = std::lower_bound(first, all.end(), when.end, is_before);
  return {first, last};
}

std::vector<const IndexedIncident*> IncidentIndex::near(const GeoBox& box) const {
  std::vector<const IndexedIncident*> out;
  std::vector<Leaf> found;
  impl_->tree.query(bg::index::intersects(box_of(box)), std::back_inserter(found));
  out.reserve(found.size());
  for (const Leaf& entry : found) out.push_back(&impl_->slots[entry.second]->incident);
  return out;
}

}  // namespace truce::app
