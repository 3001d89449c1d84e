#include "base/json.h"
#include "model/json.h"
#include "stages/report/report.h"

namespace truce::report {

namespace {

// A day without incidents is not a day without violations: its zero has no bound.
void violations(JsonWriter& w, const DayTotal& d) {
  const CountInterval& c = d.violations;
  const bool unbounded = c.unbounded || d.incidents == 0;
  w.begin_object().key("best").integer(c.best);
  if (!unbounded) w.key("high").integer(c.high);
  w.key("low").integer(c.low);
  if (unbounded) w.key("unbounded").boolean(true);
  w.end_object();
}

void correction(JsonWriter& w, const Correction& c) {
  w.begin_object().key("figure").string(c.figure).key("log_entry");
  w.integer(static_cast<std::int64_t>(c.position)).key("now").string(c.now);
  w.key("report").string(c.report).key("was").string(c.was).key("why").string(c.why).end_object();
}

void why(JsonWriter& w, const Because& b) {
  w.key("why").string(b.words).key("why_message").begin_object().key("args").begin_array();
  for (const auto& a : b.message.args) w.string(a);
  w.end_array().key("key").string(b.message.key).end_object();
}

template <class List>
void records(JsonWriter& w, std::string_view key, const List& list) {
  w.key(key).begin_array();
  for (const auto& r : list) w.raw(truce::to_json(r));
  w.end_array();
}

void texts(JsonWriter& w, std::string_view key, const std::vector<std::string>& list) {
  w.key(key).begin_array();
  for (const auto& t : list) w.string(t);
  w.end_array();
}

void gate(JsonWriter& w, const GateStrip& g) {
  w.begin_object().key("changes").begin_array();
  for (const auto& c : g.changes) {
    w.begin_object().key("at").string(to_text(c.at)).key("from").string(c.from);
    w.key("to").string(c.to);
    why(w, c.why);
    w.end_object();
  }
  w.end_array().key("days").begin_array();
  for (const auto& d : g.days) {
    w.begin_object().key("day").string(to_text(d.day)).key("high").integer(d.high);
    w.key("low").integer(d.low);
    if (!d.moved.empty()) w.key("moved").string(d.moved);
    w.key("state").string(d.state).key("verdict").string(d.verdict);
    why(w, d.why);
    w.end_object();
  }
  w.end_array().key("days_needed").integer(g.days_needed).key("elsewhere").begin_array();
  for (const auto& e : g.elsewhere) {
    w.begin_object().key("days").integer(e.days).key("first").string(to_text(e.first));
    w.key("reading").string(e.reading).key("state").string(e.state).end_object();
  }
  w.end_array().key("id").string(g.id);
  w.key("state").string(g.state).key("words").string(g.words).end_object();
}

void conduct(JsonWriter& w, const OtherConduct& c) {
  w.begin_object();
  records(w, "findings", c.findings);
  w.key("subject").string(c.subject).key("when").begin_object().key("end");
  w.string(to_text(c.when.end)).key("start").string(to_text(c.when.start)).end_object();
  w.key("words").string(c.words).end_object();
}

void obligation(JsonWriter& w, const ObligationLine& o) {
  w.begin_object();
  if (o.earliest) w.key("due_earliest").string(to_text(*o.earliest));
  if (o.latest) w.key("due_latest").string(to_text(*o.latest));
  w.key("finding").string(o.finding);
  texts(w, "otherwise", o.otherwise);
  w.key("party").string(o.party).key("source").string(o.source).key("state").string(o.state);
  why(w, o.why);
  w.key("words").string(o.words).end_object();
}

void time_between(JsonWriter& w, const std::string& name, const std::optional<Instant>& earliest,
                  const std::optional<Instant>& latest) {
  if (earliest) w.key(name + "_earliest").string(to_text(*earliest));
  if (latest) w.key(name + "_latest").string(to_text(*latest));
}

void tier(JsonWriter& w, const TierLine& t) {
  w.begin_object();
  time_between(w, "lapses", t.lapses_earliest, t.lapses_latest);
  time_between(w, "opens", t.opens_earliest, t.opens_latest);
  if (t.signed_at) w.key("signed_at").string(to_text(*t.signed_at));
  if (!t.signer.empty()) w.key("signer").string(t.signer);
  w.key("state").string(t.state);
  why(w, t.why);
  w.key("words").string(t.words);
  w.end_object();
}

void episode(JsonWriter& w, const EpisodeLine& e) {
  w.begin_object().key("breach").string(e.breach).key("breaches").integer(e.breaches);
  w.key("escalation").string(e.escalation);
  if (!e.reading.empty()) w.key("reading").string(e.reading);
  time_between(w, "t0", e.earliest, e.latest);
  w.key("tiers").begin_array();
  for (const auto& t : e.tiers) tier(w, t);
  w.end_array().key("words").string(e.words).end_object();
}

void cumulated(JsonWriter& w, const CumulatedLine& c) {
  w.begin_object().key("breach").string(c.breach).key("certain").boolean(c.certain);
  w.key("counts_as").string(c.counts_as);
  texts(w, "members", c.members);
  if (!c.reading.empty()) w.key("reading").string(c.reading);
  time_between(w, "when", c.earliest, c.latest);
  why(w, c.why);
  w.key("words").string(c.words).end_object();
}

}  // namespace

std::string to_json(const Input& in) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("agreement").string(in.agreement);
  w.key("alert_twins").begin_array();
  for (const auto& t : in.alert_twins) {
    w.begin_object().key("count").integer(t.count).key("first").string(t.first);
    w.key("lag_s").number(t.lag_s).key("second").string(t.second).end_object();
  }
  w.end_array();
  records(w, "alerts", in.alerts);
  w.key("as_known_at").string(to_text(in.as_known_at)).key("attributions").begin_array();
  for (const auto& [incident, a] : in.attributions) w.raw(truce::to_json(a));
  w.end_array().key("audience").string(in.audience).key("boundary_view").string(in.boundary_view);
  texts(w, "claim_notes", in.claim_notes);
  records(w, "claims", in.claims);
  texts(w, "complaints", in.complaints);
  w.key("conducts").begin_array();
  for (const auto& c : in.conducts) conduct(w, c);
  w.end_array().key("consequences").begin_array();
  for (const auto& [of, c] : in.consequences) {
    w.begin_object().key("provision").string(of.first).key("reading").string(of.second);
    texts(w, "remedies", c.remedies);
    w.key("severity").string(c.severity).end_object();
  }
  w.end_array();
  w.key("corrections").begin_array();
  for (const auto& c : in.corrections) correction(w, c);
  w.end_array().key("cumulated").begin_array();
  for (const auto& c : in.cumulated) cumulated(w, c);
  w.end_array().key("days").begin_array();
  for (const auto& d : in.history) {
    w.begin_object()
        .key("day")
        .string(to_text(d.day))
        .key("incidents")
        .integer(d.incidents)
        .key("violations");
    violations(w, d);
    w.end_object();
  }
  w.end_array();
  records(w, "differences", in.differences);
  w.key("engine").string(in.engine_version);
  w.key("episodes").begin_array();
  for (const auto& e : in.episodes) episode(w, e);
  w.end_array();
  w.key("findings").begin_array();
  for (const auto& [incident, findings] : in.findings) {
    for (const auto& f : findings) w.raw(truce::to_json(f));
  }
  w.end_array().key("gates").begin_array();
  for (const auto& g : in.gates) gate(w, g);
  w.end_array();
  records(w, "incidents", in.incidents);
  w.key("log")
      .begin_object()
      .key("entries")
      .integer(static_cast<std::int64_t>(in.log_position))
      .key("sha256")
      .string(in.log_hash)
      .end_object();
  w.key("mission").string(in.mission);
  records(w, "notices", in.notices);
  w.key("obligations").begin_array();
  for (const auto& o : in.obligations) obligation(w, o);
  w.end_array();
  w.key("observations").begin_array();
  for (const auto& [id, o] : in.observations) w.raw(truce::to_json(o));
  w.end_array();
  w.key("period")
      .begin_object()
      .key("end")
      .string(to_text(in.period.end))
      .key("start")
      .string(to_text(in.period.start))
      .end_object();
  w.key("rejected").begin_array();
  for (const auto& r : in.rejected)
    w.begin_object()
        .key("count")
        .integer(r.count)
        .key("feed")
        .string(r.feed)
        .key("first")
        .string(r.first)
        .end_object();
  w.end_array().key("series").begin_array();
  for (const auto& s : in.series) {
    w.begin_object()
        .key("day_starts")
        .string(s.day_starts)
        .key("feed")
        .string(s.feed)
        .key("label")
        .string(s.label)
        .key("per_day")
        .begin_array();
    for (const auto& v : s.per_day) v ? w.integer(*v) : w.null();
    w.end_array().key("zone").string(s.zone).end_object();
  }
  w.end_array().key("sources").begin_array();
  for (const auto& s : in.sources) {
    w.begin_object().key("could_not_observe").begin_array();
    for (const auto& gap : s.gaps) w.raw(truce::to_json(gap));
    w.end_array().key("found").begin_array();
    for (const auto& h : s.found) w.raw(truce::to_json(h));
    w.end_array().key("id").string(s.source.id).key("observations");
    w.integer(s.observations).end_object();
  }
  w.end_array();
  records(w, "stated_totals", in.stated_totals);
  texts(w, "total_notes", in.total_notes);
  w.key("version").integer(static_cast<std::int64_t>(in.version)).end_object();
  return out + "\n";
}

}  // namespace truce::report
