#include "app/clocks.h"

#include <algorithm>

#include "model/json.h"

namespace truce::app {

namespace {

std::string sector_of(const Mission& mission, const Incident& incident) {
  if (!incident.place.known()) return {};
  for (const auto& region : mission.regions) {
    const auto it = mission.geometry.areas.find(region.id);
    if (it != mission.geometry.areas.end() && it->second.contains(incident.place.best))
      return region.id;
  }
  return {};
}

const judge::Provision* provision_of(const judge::Agreement& a, const std::string& id) {
  const auto& all = a.readings.front().provisions;
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.id == id; });
  return it == all.end() ? nullptr : &*it;
}

// Clocks run under the base text; a reading that differs is a matter of its findings.
Status add_breaches(const Mission& mission, ledger::Store& store, std::uint64_t known,
                    judge::Timeline& out, Instant& newest) {
  TRUCE_TRY(incidents, store.incidents_overlapping({{INT64_MIN}, {INT64_MAX}}, known));
  for (const Incident& incident : incidents) {
    newest = std::max(newest, incident.when.end);
    TRUCE_TRY(findings, store.findings_of(incident.id, known));
    for (const Finding& f : findings) {
      const bool open = f.value == FindingValue::kUndeterminable;
      if (f.reading != "base" || (f.value != FindingValue::kBreach && !open)) continue;
      const auto* p = provision_of(mission.agreement, f.provision);
      if (p == nullptr) continue;
      judge::Breach b;
      b.id = f.id;
      b.provision = f.provision;
      b.party = p->binds.size() == 1 ? p->binds.front() : std::string();
      b.sector = sector_of(mission, incident);
      b.when = incident.when;
      b.probability = f.probability;
      b.value = f.value;
      b.severity = p->severity;
      out.breaches.push_back(std::move(b));
    }
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

// `newest` becomes the latest end of an incident that was known.
Result<judge::Timeline> timeline_of(const Mission& mission, ledger::Store& store,
                                    std::uint64_t known, Instant& newest) {
  judge::Timeline out;
  TRUCE_CHECK_OK(add_breaches(mission, store, known, out, newest));
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

// What many minor breaches come to counts as one more.
void add_cumulated(const judge::Agreement& a, const judge::AsOf& as, judge::Timeline& timeline) {
  for (const auto& rule : a.cumulations) {
    for (const auto& c : judge::cumulate(rule, timeline, as)) {
      if (c.certain) timeline.breaches.push_back(judge::to_breach(rule, c, 0));
    }
  }
}

}  // namespace

Result<Clocks> clocks_of(const Mission& mission, ledger::Store& store, std::uint64_t known,
                         std::optional<Instant> until) {
  const judge::Agreement& a = mission.agreement;
  Clocks out;
  Instant known_until{INT64_MIN};
  TRUCE_TRY(timeline, timeline_of(mission, store, known, known_until));
  out.timeline = std::move(timeline);
  if (known == ledger::Store::kNow) {
    TRUCE_TRY(newest, store.newest());
    known_until = newest;
  }
  out.as.zone = a.civil_zone;
  const Instant end = end_of(out.timeline, known_until);
  out.as.until = until ? *until : end;
  add_cumulated(a, out.as, out.timeline);
  for (const auto& rule : a.gates) out.gates.push_back(judge::history(rule, out.timeline, out.as));
  out.obligations = judge::evaluate_obligations(a.obligations, out.timeline, out.as);
  for (const auto& rule : a.escalations)
    out.escalations.push_back(judge::episodes(rule, out.timeline, out.as));
  return out;
}

}  // namespace truce::app
