#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "app/clocks.h"
#include "app/commands.h"
#include "app/explain.h"
#include "app/explain_acts.h"
#include "app/explain_clocks.h"
#include "app/explain_trace.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

constexpr Interval kAllTime{{INT64_MIN}, {INT64_MAX}};

Result<ledger::StoredRecord> evidence_row(Session& s, const std::string& id) {
  TRUCE_TRY(row, s.store->observation(id));
  if (!row)
    return make_error(ErrorCode::kCorrupt, "the evidence is not in the store", {.source = id});
  return *row;
}

// Of one source: what it stated of its health, then what locating sound found of it.
struct SourceHealth {
  std::vector<Health> stated;
  std::vector<Health> found;
};
Result<SourceHealth> health_of(Session& s, const Source& source, const Interval& when) {
  SourceHealth out;
  TRUCE_TRY(rows, s.store->records_overlapping("health", when));
  for (const auto& row : rows) {
    TRUCE_TRY(health, ledger::from_store<Health>(row.json));
    if (health.source == source.id) out.stated.push_back(std::move(health));
  }
  TRUCE_TRY(found, s.store->found_health(when));
  for (auto& h : found) {
    if (h.source == source.id) out.found.push_back(std::move(h));
  }
  return out;
}

const Source* source_of(const Mission& mission, const std::string& id) {
  const auto it = std::find_if(mission.sources.begin(), mission.sources.end(),
                               [&](const Source& s) { return s.id == id; });
  return it == mission.sources.end() ? nullptr : &*it;
}

Result<std::string> explain_source(Session& s, const Source& source) {
  const Zone& zone = s.mission.reporting_day.zone;
  TRUCE_TRY(health, health_of(s, source, kAllTime));
  std::string out = source_words(source) + "\nWhat it stated of its health\n";
  for (const auto& h : health.stated) out += health_words(h, zone);
  if (health.stated.empty()) out += "  nothing\n";
  out += "\nWhat its arrivals say of it, held against those of others\n";
  for (const auto& h : health.found) out += health_words(h, zone);
  if (health.found.empty()) out += "  nothing to be looked at\n";
  return out;
}

Result<std::string> explain_source_json(Session& s, const Source& source) {
  TRUCE_TRY(health, health_of(s, source, kAllTime));
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("found").begin_array();
  for (const auto& h : health.found) w.raw(to_json(h));
  w.end_array().key("source").raw(to_json(source)).key("stated").begin_array();
  for (const auto& h : health.stated) w.raw(to_json(h));
  w.end_array().end_object();
  return line + "\n";
}

const Feed* feed_of(const Mission& mission, const std::string& id) {
  const auto it = std::find_if(mission.feeds.begin(), mission.feeds.end(),
                               [&](const Feed& f) { return f.id == id || f.label == id; });
  return it == mission.feeds.end() ? nullptr : &*it;
}

Result<std::vector<ledger::FeedProgress>> files_of(Session& s, const Feed& feed) {
  TRUCE_TRY(all, s.store->all_progress());
  std::vector<ledger::FeedProgress> out;
  for (auto& p : all) {
    if (p.feed == feed.id) out.push_back(std::move(p));
  }
  return out;
}

Result<std::string> explain_feed(Session& s, const Feed& feed) {
  TRUCE_TRY(span, s.store->feed_span(feed.id));
  TRUCE_TRY(files, files_of(s, feed));
  std::string out =
      feed_words(feed, span, s.mission.reporting_day.zone) + "\nIts files, as they were taken\n";
  for (const auto& p : files) {
    const auto now = read_file(s.mission.path_of(p.file));
    out += progress_words(p, now.ok() ? to_hex(sha256(*now)) : "");
  }
  if (files.empty()) out += "  none\n";
  return out;
}

Result<std::string> explain_feed_json(Session& s, const Feed& feed) {
  TRUCE_TRY(span, s.store->feed_span(feed.id));
  TRUCE_TRY(files, files_of(s, feed));
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("feed").string(feed.id).key("files").begin_array();
  for (const auto& p : files) {
    w.begin_object().key("bytes").integer(static_cast<std::int64_t>(p.bytes));
    w.key("complete").boolean(p.complete).key("entries");
    w.integer(static_cast<std::int64_t>(p.entries)).key("file").string(p.file);
    w.key("sha256").string(p.sha256).end_object();
  }
  w.end_array().key("format").string(feed.format).key("label").string(feed.label);
  if (span) {
    w.key("tells_of").begin_object().key("end").string(to_text(span->end));
    w.key("start").string(to_text(span->start)).end_object();
  }
  w.end_object();
  return line + "\n";
}

// Names the findings there are when an incident or an obligation is given in place of a finding.
Result<Finding> find(Session& s, const std::string& id) {
  TRUCE_TRY(finding, s.store->finding(id));
  if (finding) return *std::move(finding);
  std::string expected =
      "INCIDENT/PROVISION/READING, with an incident's id from the report, INCIDENT/PROVISION where "
      "the readings differ, OBLIGATION/TRIGGER/PARTY/READING, a gate, event, signature, window of "
      "quiet or cumulated breach as `truce clocks` prints it, or a source or feed of the mission";
  std::vector<std::string> ids;
  TRUCE_TRY(own, s.store->findings_of(id.substr(0, id.find('/'))));
  for (const auto& f : own) ids.push_back(f.id);
  TRUCE_TRY(none, find_obligation(s.mission, *s.store, id.substr(0, id.find('/')), ids));
  static_cast<void>(none);  // an obligation's id alone names no finding
  for (const auto& own_id : ids) expected += (&own_id == ids.data() ? ": " : ", ") + own_id;
  return make_error(ErrorCode::kNotFound, "there is no finding \"" + id + "\"", {}, expected);
}

// What an observation that was derived rests on: it is not in the log, they are.
constexpr std::size_t kBehindTold = 8;
Result<std::string> named(Session& s, const char* what, const std::vector<std::string>& arrivals,
                          Language l) {
  std::set<std::string> sensors;
  std::string lines;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    TRUCE_TRY(row, evidence_row(s, arrivals[i]));
    TRUCE_TRY(arrival, ledger::from_store<Observation>(row.json));
    sensors.insert(arrival.source);
    if (i < kBehindTold) lines += behind_words(arrival, row.position, l);
  }
  return arrivals.empty() ? std::string() : named_words(what, sensors.size(), l) + lines;
}
Result<std::string> derivation(Session& s, const Observation& derived, Language l) {
  const Zone& zone = s.mission.reporting_day.zone;
  const std::size_t told = std::min(kBehindTold, derived.derived_from.size());
  std::string out = derived_words(derived, told, l);
  for (std::size_t i = 0; i < told; ++i) {
    TRUCE_TRY(row, evidence_row(s, derived.derived_from[i]));
    TRUCE_TRY(behind, ledger::from_store<Observation>(row.json));
    out += behind_words(behind, row.position, l);
    const Source* source = source_of(s.mission, behind.source);
    if (source == nullptr) continue;
    TRUCE_TRY(health, health_of(s, *source, derived.when));
    for (const auto& h : health.found) out += "       " + health_words(h, zone);
  }
  TRUCE_TRY(shock, named(s, "explain.shock", derived.shock_waves, l));
  TRUCE_TRY(echo, named(s, "explain.echo", derived.echoes, l));
  return out + shock + echo;
}

// The notices that the finding's reasons name, with their bytes.
Result<std::string> notices(Session& s, InputFiles& files, const Finding& f, Language l) {
  std::string out;
  TRUCE_TRY(rows, s.store->records("notice"));
  for (const auto& row : rows) {
    const bool named = std::any_of(f.reasons.begin(), f.reasons.end(), [&](const Reason& r) {
      return r.words.find(row.id) != std::string::npos;
    });
    if (!named) continue;
    TRUCE_TRY(notice, ledger::from_store<Notice>(row.json));
    TRUCE_TRY(traced, trace(s, files, notice.origin, row.position, l));
    out += notice_words(notice, s.mission.reporting_day.zone, l) + traced;
  }
  return out;
}

// One that the subject rests on, down to its bytes.
Result<std::string> evidence(Session& s, InputFiles& files, std::size_t number,
                             const std::string& id, Language l) {
  TRUCE_TRY(row, evidence_row(s, id));
  TRUCE_TRY(o, ledger::from_store<Observation>(row.json));
  TRUCE_TRY(traced, o.derived_from.empty() ? trace(s, files, o.origin, row.position, l)
                                           : derivation(s, o, l));
  return observation_words(number, o, s.mission.reporting_day.zone, l) + traced;
}

Result<std::optional<ledger::StoredRecord>> statement_row(Session& s, const std::string& id) {
  TRUCE_TRY(rows, s.store->records("statement"));
  const auto it = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.id == id; });
  return it == rows.end() ? std::nullopt : std::optional(*it);
}

// What the findings are about: an incident, a statement, or one observation.
Result<std::string> subject_words(Session& s, InputFiles& files, const std::string& subject,
                                  Language language) {
  const Zone& zone = s.mission.reporting_day.zone;
  TRUCE_TRY(incident, s.store->incident(subject));
  if (incident) {
    std::string out = incident_words(*incident, zone, language);
    std::size_t number = 0;
    for (const auto& e : incident->evidence) {
      TRUCE_TRY(words, evidence(s, files, ++number, e.observation, language));
      out += words;
    }
    TRUCE_TRY(acts, explain_acts(s, *incident, language));
    return out + acts;
  }
  TRUCE_TRY(row, statement_row(s, subject));
  if (!row) {
    TRUCE_TRY(words, evidence(s, files, 1, subject, language));
    return "\n" + say({"explain.seen", {}}, language) + "\n" + words;
  }
  TRUCE_TRY(statement, ledger::from_store<Statement>(row->json));
  TRUCE_TRY(traced, trace(s, files, statement.origin, row->position, language));
  return "\n" + say({"explain.said", {}}, language) + "\n" +
         statement_words(statement, zone, language) + traced;
}

const Difference* difference_on(const ledger::Judgement& judgement, const std::string& provision) {
  const auto it = std::find_if(judgement.differences.begin(), judgement.differences.end(),
                               [&](const Difference& d) { return d.provision == provision; });
  return it == judgement.differences.end() ? nullptr : &*it;
}

Result<std::string> explain(Session& s, const std::string& id, Language language) {
  TRUCE_TRY(finding, find(s, id));
  TRUCE_TRY(judgement, s.store->judgement_of(finding.subject));
  InputFiles files(s.mission);
  std::string out =
      finding_words(finding, s.mission.agreement, language) + reason_words(finding, language);
  if (const auto* d = difference_on(judgement, finding.provision))
    out += difference_words(*d, language);
  if (judgement.attribution)
    out += attribution_words(*judgement.attribution, s.mission.agreement, language);
  TRUCE_TRY(announced, notices(s, files, finding, language));
  TRUCE_TRY(subject, subject_words(s, files, finding.subject, language));
  TRUCE_TRY(episode, explain_episode(s, id, language));
  return out + announced + subject + episode;
}

// The readings side by side, each with its reasons; nothing where `id` names no difference.
Result<std::optional<std::string>> explain_difference(Session& s, const std::string& id,
                                                      Language language) {
  TRUCE_TRY(judgement, s.store->judgement_of(id.substr(0, id.find('/'))));
  const auto it = std::find_if(judgement.differences.begin(), judgement.differences.end(),
                               [&](const Difference& d) { return d.id == id; });
  if (it == judgement.differences.end()) return std::optional<std::string>();
  std::string out = difference_words(*it, language).substr(1);
  for (const Finding& f : judgement.findings) {
    if (f.provision == it->provision)
      out += "\n" + finding_words(f, s.mission.agreement, language) + reason_words(f, language);
  }
  return std::optional(out);
}

Status write_entries(Session& s, JsonWriter& w, const char* key,
                     const std::vector<std::string>& ids) {
  w.key(key).begin_array();
  for (const auto& id : ids) {
    TRUCE_TRY(row, evidence_row(s, id));
    w.begin_object();
    TRUCE_CHECK_OK(write_entry(s, w, row));
    w.end_object();
  }
  w.end_array();
  return done();
}

// What was derived is in no log; the arrivals behind it are.
Status write_derived(Session& s, JsonWriter& w, const ledger::StoredRecord& row,
                     const Observation& derived) {
  TRUCE_CHECK_OK(write_entries(s, w, "arrivals", derived.derived_from));
  if (!derived.echoes.empty()) TRUCE_CHECK_OK(write_entries(s, w, "echoes", derived.echoes));
  w.key("observation").raw(row.json);
  if (derived.shock_waves.empty()) return done();
  return write_entries(s, w, "shock_waves", derived.shock_waves);
}

Status write_evidence(Session& s, JsonWriter& w, const std::string& id) {
  TRUCE_TRY(row, evidence_row(s, id));
  TRUCE_TRY(o, ledger::from_store<Observation>(row.json));
  w.begin_object();
  TRUCE_CHECK_OK(o.derived_from.empty() ? write_entry(s, w, row) : write_derived(s, w, row, o));
  w.end_object();
  return done();
}

// What the agreement says of a breach of the provision.
void write_consequences(JsonWriter& w, const judge::Agreement& a, const Finding& f) {
  for (const auto& r : a.readings) {
    for (const auto& p : r.provisions) {
      if (r.id != f.reading || p.id != f.provision || (p.severity.empty() && p.remedies.empty()))
        continue;
      w.key("consequences").begin_object().key("remedies").begin_array();
      for (const auto& remedy : p.remedies) w.string(remedy);
      w.end_array().key("severity").string(p.severity).end_object();
    }
  }
}

// The same chain as one JSON object.
Result<std::string> explain_json(Session& s, const std::string& id) {
  TRUCE_TRY(finding, find(s, id));
  TRUCE_TRY(judgement, s.store->judgement_of(finding.subject));
  TRUCE_TRY(incident, s.store->incident(finding.subject));
  TRUCE_TRY(statement, statement_row(s, finding.subject));
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  if (incident) {
    TRUCE_TRY(acts, acts_json(*s.store, *incident));
    if (acts != "[]") w.key("acts").raw(acts);
  }
  if (judgement.attribution) w.key("attribution").raw(to_json(*judgement.attribution));
  write_consequences(w, s.mission.agreement, finding);
  if (const auto* d = difference_on(judgement, finding.provision))
    w.key("difference").raw(to_json(*d));
  w.key("evidence").begin_array();
  if (incident) {
    for (const auto& e : incident->evidence) TRUCE_CHECK_OK(write_evidence(s, w, e.observation));
  } else if (!statement) {
    TRUCE_CHECK_OK(write_evidence(s, w, finding.subject));
  }
  w.end_array().key("finding").raw(to_json(finding));
  if (incident) w.key("incident").raw(to_json(*incident));
  if (statement) w.key("statement").raw(statement->json);
  w.end_object();
  return line + "\n";
}

Result<std::string> explain_json_of(Session& s, const std::string& id) {
  TRUCE_TRY(judgement, s.store->judgement_of(id.substr(0, id.find('/'))));
  for (const Difference& d : judgement.differences) {
    if (d.id == id) return to_json(d) + "\n";
  }
  return explain_json(s, id);
}

Result<std::string> explain_words(Session& s, const std::string& id, Language language) {
  TRUCE_TRY(difference, explain_difference(s, id, language));
  return difference ? *std::move(difference) : explain(s, id, language);
}

// A finding of the store, or one that is worked out.
Result<std::string> explain_finding(Session& s, const std::string& id, bool json,
                                    Language language) {
  std::vector<std::string> ids;
  TRUCE_TRY(found, find_obligation(s.mission, *s.store, id, ids));
  if (found)
    return json ? explain_obligation_json(s, *found) : explain_obligation(s, *found, language);
  TRUCE_TRY(known, s.store->finding(id));
  if (known) return json ? explain_json_of(s, id) : explain_words(s, id, language);
  TRUCE_TRY(thing, json ? explain_clock_thing_json(s, id) : explain_clock_thing(s, id, language));
  if (thing) return *std::move(thing);
  return json ? explain_json_of(s, id) : explain_words(s, id, language);
}

}  // namespace

int command_explain(const MissionOptions& options, const std::string& id, Language language) {
  auto session = Session::open_for_questions(options.mission, options.session);
  if (!session.ok()) return fail(session.error());
  Session& s = **session;
  const Source* source = source_of(s.mission, id);
  const Feed* feed = source == nullptr ? feed_of(s.mission, id) : nullptr;
  const auto said =
      source != nullptr
          ? (options.json ? explain_source_json(s, *source) : explain_source(s, *source))
      : feed != nullptr ? (options.json ? explain_feed_json(s, *feed) : explain_feed(s, *feed))
                        : explain_finding(s, id, options.json, language);
  if (!said.ok()) return fail(said.error());
  std::fputs(said->c_str(), stdout);
  return 0;
}

}  // namespace truce::app
