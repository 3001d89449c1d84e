#include <cstdio>

#include "app/commands.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

std::string value_words(const Finding& f) {
  switch (f.value) {
    case FindingValue::kBreach:
      return "a breach";
    case FindingValue::kCompliant:
      return "compliant";
    case FindingValue::kNotApplicable:
      return "not applicable";
    case FindingValue::kUndeterminable:
      return "undeterminable; the missing fact is: " + f.missing_fact;
  }
  return "unknown";
}

std::string rule_words(const Finding& f) {
  char buffer[200];
  std::snprintf(buffer, sizeof buffer,
                "P(breach) = %.4f; the standard \"%s\" asks for %.2f: from %.2f a breach, up to "
                "%.2f compliant, between them undeterminable",
                f.probability, f.standard_of_proof.c_str(), f.threshold, f.threshold,
                1 - f.threshold);
  return buffer;
}

Result<ledger::StoredRecord> evidence_row(Session& s, const std::string& id) {
  TRUCE_TRY(row, s.store->observation(id));
  if (!row)
    return make_error(ErrorCode::kCorrupt, "the evidence is not in the store", {.source = id});
  return *row;
}

// Names the findings there are when an incident is given in place of a finding.
Result<Finding> find(Session& s, const std::string& id) {
  TRUCE_TRY(finding, s.store->finding(id));
  if (finding) return *std::move(finding);
  std::string expected = "INCIDENT/PROVISION/READING, with an incident's id from the report";
  TRUCE_TRY(own, s.store->findings_of(id.substr(0, id.find('/'))));
  for (const auto& f : own) expected += (&f == own.data() ? ": " : ", ") + f.id;
  return make_error(ErrorCode::kNotFound, "there is no finding \"" + id + "\"", {}, expected);
}

Status print_observation(Session& s, const std::string& id) {
  const Zone& zone = s.mission.reporting_day.zone;
  TRUCE_TRY(row, evidence_row(s, id));
  TRUCE_TRY(o, from_json<Observation>(row.json));
  std::printf("\n  observation %s\n", o.id.c_str());
  std::printf("    by %s, %s to %s (%s)\n", o.source.c_str(),
              to_local_text(o.when.start, zone).c_str(), to_local_text(o.when.end, zone).c_str(),
              std::string(to_string(o.time_basis)).c_str());
  std::printf("    where: %s\n", to_words(o.shape).c_str());
  for (const auto& item : o.items) {
    std::printf("    what: %s %s, weapon %s\n", to_text(item.count).c_str(),
                std::string(to_words(item.classes.most_likely())).c_str(),
                std::string(to_words(item.weapon)).c_str());
  }
  std::printf("    alone it makes the event likely with %.2f\n", o.p_real);
  std::printf("    from feed %s, %s line %llu, bytes %llu to %llu\n", o.origin.feed.c_str(),
              o.origin.file.c_str(), static_cast<unsigned long long>(o.origin.line),
              static_cast<unsigned long long>(o.origin.offset),
              static_cast<unsigned long long>(o.origin.offset) + o.origin.length);
  TRUCE_TRY(entry, s.log->read(row.position));
  std::printf("    log entry %llu, sha256 %s\n", static_cast<unsigned long long>(entry.position),
              to_hex(entry.hash).c_str());
  std::printf("    the bytes: %s\n", to_valid_utf8(entry.entry.raw).c_str());
  return done();
}

Status explain(Session& s, const std::string& id) {
  TRUCE_TRY(found, find(s, id));
  const Finding* finding = &found;
  TRUCE_TRY(incident, s.store->incident(finding->subject));
  TRUCE_ENSURE(incident.has_value());
  const Zone& zone = s.mission.reporting_day.zone;
  std::printf("Finding %s, version %llu\n", finding->id.c_str(),
              static_cast<unsigned long long>(finding->version));
  for (const auto& reading : s.mission.agreement.readings) {
    if (reading.id != finding->reading) continue;
    for (const auto& p : reading.provisions) {
      if (p.id == finding->provision)
        std::printf("Provision %s: %s%s%s\n", p.id.c_str(), p.words.c_str(),
                    p.source.empty() ? "" : " — ", p.source.c_str());
    }
    std::printf("Reading %s%s%s\n", reading.id.c_str(), reading.words.empty() ? "" : ": ",
                reading.words.c_str());
  }
  std::printf("\nIt is %s.\n%s.\n\nThe probability is the product of:\n",
              value_words(*finding).c_str(), rule_words(*finding).c_str());
  for (const auto& r : finding->reasons)
    std::printf("  %-9s %.4f  %s\n", r.fact.c_str(), r.probability, r.words.c_str());
  std::printf("\nIncident %s, version %llu\n", incident->id.c_str(),
              static_cast<unsigned long long>(incident->version));
  std::printf("  %s to %s\n  violations %s, real with %.2f\n",
              to_local_text(incident->when.start, zone).c_str(),
              to_local_text(incident->when.end, zone).c_str(),
              to_text(incident->violations).c_str(), incident->p_real);
  if (incident->place.known) {
    std::printf("  at %.4f, %.4f; nine tenths of its probability within %.1f km\n",
                incident->place.best.lat_deg(), incident->place.best.lon_deg(),
                incident->place.radius_m / 1000);
  }
  for (const auto& e : incident->evidence) TRUCE_CHECK_OK(print_observation(s, e.observation));
  return done();
}

// The same chain as one JSON object.
Status explain_json(Session& s, const std::string& id) {
  TRUCE_TRY(finding, find(s, id));
  TRUCE_TRY(incident, s.store->incident(finding.subject));
  TRUCE_ENSURE(incident.has_value());
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("evidence").begin_array();
  for (const auto& e : incident->evidence) {
    TRUCE_TRY(row, evidence_row(s, e.observation));
    TRUCE_TRY(entry, s.log->read(row.position));
    w.begin_object().key("bytes").string(to_valid_utf8(entry.entry.raw));
    w.key("log_entry").integer(static_cast<std::int64_t>(entry.position));
    w.key("observation").raw(row.json).key("sha256").string(to_hex(entry.hash)).end_object();
  }
  w.end_array().key("finding").raw(to_json(finding)).key("incident").raw(to_json(*incident));
  w.end_object();
  std::printf("%s\n", line.c_str());
  return done();
}

}  // namespace

int command_explain(const MissionOptions& options, const std::string& finding) {
  auto session = Session::open(options.mission, options.session);
  if (!session.ok()) return fail(session.error());
  const Status status =
      options.json ? explain_json(**session, finding) : explain(**session, finding);
  return status.ok() ? 0 : fail(status.error());
}

}  // namespace truce::app
