#include "app/clocks.h"

#include <algorithm>
#include <map>

#include "model/json.h"

namespace truce::app {

namespace {

std::string sector_at(const Mission& mission, LatLon at) {
  for (const auto& region : mission.regions) {
    const auto it = mission.geometry.areas.find(region.id);
    if (it != mission.geometry.areas.end() && it->second.contains(at)) return region.id;
  }
  return {};
}

std::string sector_of(const Mission& mission, const Incident& incident) {
  return incident.place.known() ? sector_at(mission, incident.place.best) : std::string();
}

// Of an observation the sector that most of its places lie in; a statement is in none.
Result<std::string> sector_of(const Mission& mission, ledger::Store& store,
                              const std::string& subject) {
  constexpr std::size_t kPlaces = 64;
  TRUCE_TRY(row, store.observation(subject));
  if (!row) return std::string();
  TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
  std::map<std::string, std::size_t> places;
  for (const LatLon at : PlaceSample(o.shape, kPlaces).places()) ++places[sector_at(mission, at)];
  const auto most =
      std::max_element(places.begin(), places.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == places.end() ? std::string() : most->first;
}

const judge::Provision* provision_of(const judge::Reading& reading, const std::string& id) {
  const auto& all = reading.provisions;
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == id; });
  return it == all.end() ? nullptr : &*it;
}

// What a subject's findings say of a breach, each to the reading that it is of.
void add_breaches_of(const Mission& mission, const std::vector<Finding>& findings,
                     const Interval& when, const std::string& sector,
                     std::vector<ReadingClocks>& out) {
  const auto& readings = mission.agreement.readings;
  for (const Finding& f : findings) {
    const bool open = f.value == FindingValue::kUndeterminable;
    if (f.value != FindingValue::kBreach && !open) continue;
    const auto reading = std::find_if(readings.begin(), readings.end(),
                                      [&](const auto& r) { return r.id == f.reading; });
    if (reading == readings.end()) continue;
    const auto* p = provision_of(*reading, f.provision);
    if (p == nullptr) continue;
    judge::Breach b;
    b.id = f.id;
    b.provision = f.provision;
    b.party = p->binds.size() == 1 ? p->binds.front() : std::string();
    b.sector = sector;
    b.when = when;
    b.probability = f.probability;
    b.value = f.value;
    b.severity = p->severity;
    out[static_cast<std::size_t>(reading - readings.begin())].timeline.breaches.push_back(
        std::move(b));
  }
}

Status add_breaches(const Mission& mission, ledger::Store& store, std::uint64_t known,
                    std::vector<ReadingClocks>& out, Instant& newest) {
  constexpr Interval kEver{{INT64_MIN}, {INT64_MAX}};
  TRUCE_TRY(incidents, store.incidents_overlapping(kEver, known));
  for (const Incident& incident : incidents) {
    newest = std::max(newest, incident.when.end);
    TRUCE_TRY(findings, store.findings_of(incident.id, known));
    add_breaches_of(mission, findings, incident.when, sector_of(mission, incident), out);
  }
  TRUCE_TRY(conducts, store.conducts_overlapping(kEver, known));
  for (const auto& c : conducts) {
    newest = std::max(newest, c.when.end);
    TRUCE_TRY(sector, sector_of(mission, store, c.subject));
    add_breaches_of(mission, c.findings, c.when, sector, out);
  }
  return done();
}

template <class R, class F>
Status for_each_record(ledger::Store& store, const char* kind, std::uint64_t known, F take) {
  TRUCE_TRY(rows, store.records(kind, known));
  for (const auto& row : rows) {
    TRUCE_TRY(r, ledger::from_store<R>(row.json));
    take(r, row.position);
  }
  return done();
}

// Events, quiet and signatures: the same under every reading.
Result<judge::Timeline> timeline_of(ledger::Store& store, std::uint64_t known) {
  judge::Timeline out;
  TRUCE_CHECK_OK(
      for_each_record<Event>(store, "event", known, [&](const Event& e, std::uint64_t at) {
        out.events.push_back({e.corrects.empty() ? e.id : e.corrects, e.name, e.party, e.sector,
                              e.when, e.p_real, at});
      }));
  TRUCE_CHECK_OK(for_each_record<Quiet>(
      store, "quiet", known,
      [&](const Quiet& q, std::uint64_t at) { out.quiet.push_back(judge::quiet_day(q, at)); }));
  TRUCE_CHECK_OK(for_each_record<Signature>(
      store, "signature", known, [&](const Signature& g, std::uint64_t at) {
        out.signatures.push_back({g.id, g.escalation, g.tier, g.breach, g.when, at});
      }));
  return out;
}

Instant end_of(const judge::Timeline& t, Instant newest) {
  for (const auto& e : t.events) newest = std::max(newest, e.when.end);
  for (const auto& q : t.quiet) newest = std::max(newest, q.when.end);
  for (const auto& b : t.breaches) newest = std::max(newest, b.when.end);
  return newest;
}

// Who signs for a tier names a finding under one reading; what was taken is taken under all.
void name_findings_of(const judge::Agreement& a, const std::string& reading,
                      judge::Timeline& timeline) {
  for (judge::Signature& s : timeline.signatures) {
    const auto slash = s.breach.rfind('/');
    if (slash == std::string::npos) continue;
    const std::string of = s.breach.substr(slash + 1);
    const bool known = std::any_of(a.readings.begin(), a.readings.end(),
                                   [&](const judge::Reading& r) { return r.id == of; });
    if (known) s.breach = s.breach.substr(0, slash + 1) + reading;
  }
}

}  // namespace

Result<Clocks> clocks_of(const Mission& mission, ledger::Store& store, std::uint64_t known,
                         std::optional<Instant> until) {
  const judge::Agreement& a = mission.agreement;
  Clocks out;
  TRUCE_TRY(shared, timeline_of(store, known));
  for (const auto& reading : a.readings) {
    out.readings.push_back({reading.id, shared, {}});
    name_findings_of(a, reading.id, out.readings.back().timeline);
  }
  Instant end{INT64_MIN};
  TRUCE_CHECK_OK(add_breaches(mission, store, known, out.readings, end));
  if (known == ledger::Store::kNow) {
    TRUCE_TRY(newest, store.newest());
    end = newest;
  }
  for (const auto& r : out.readings) end = end_of(r.timeline, end);
  out.as.zone = a.civil_zone;
  out.as.until = until ? *until : end;
  for (std::size_t i = 0; i < out.readings.size(); ++i)
    out.readings[i].states =
        judge::states_of(a.readings[i].clocks, out.readings[i].timeline, out.as);
  return out;
}

}  // namespace truce::app
