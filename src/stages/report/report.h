#pragma once
// The report of a day or a few days: one self-contained HTML file (no script, no outside reference)
// and the same as JSON. A pure function of what app hands in; it asks nothing else.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "model/messages.h"
#include "model/records.h"

namespace truce::report {

// A line or an area to draw. Widths and dashes follow from the kind, not from the mission.
struct MapFeature {
  std::string id;
  std::string kind;  // "land", "outside", "water", "river", "line_of_contact", "withdrawal_line",
                     // "reading_line", "zone", "sector", "region"
  std::string name;
  MultiPolygonRings areas;                 // for areas
  std::vector<std::vector<LatLon>> lines;  // for lines
};
struct MapPlace {
  std::string name;
  LatLon at;
  int rank = 2;  // 0 largest; decides type size and which label yields
};

// A row of the summary.
struct Region {
  std::string id;
  std::string name;
  MultiPolygonRings areas;
};

// What one feed said per day, in its own unit; never added to violations.
struct Series {
  std::string feed;
  std::string label;  // "siren starts", "strike reports in the news"
  std::string unit;
  std::string zone;                                  // whose days these are, "UTC"
  std::vector<std::optional<std::int64_t>> per_day;  // over Input::series_days; nullopt: no data
  std::string day_starts = "00:00";  // otherwise reporting days, from then on the day before
};

struct Correction {
  std::string report, figure, was, now, why;
  std::uint64_t position = 0;
};

struct DayTotal {
  CivilDay day;
  CountInterval violations;
  std::int64_t incidents = 0;
};

struct SourceState {
  Source source;
  std::int64_t observations = 0;  // the middle of whose time lies in the period, as of incidents
  std::vector<Health> gaps;       // that touch the period
  std::vector<Health> found;      // what locating sound says of it, in the period
};

// Alerts that two feeds tell of, one to one.
struct AlertTwins {
  std::string first, second;  // feeds, by label
  std::int64_t count = 0;     // of which both touch the period
  double lag_s = 0;           // by which the second begins later, median
};

struct RejectedSummary {
  std::string feed;
  std::int64_t count = 0;
  std::string first;  // the first one in words, with its place
};

// Why a clock stands where it stands.
struct Because {
  std::string words;
  Message message;  // the same in every language
};

// A gate as it stood at the end of each day, and why it changed.
struct GateDayCell {
  CivilDay day;  // of the agreement's zone
  std::string
      verdict;        // of the day alone: verified, not_verified, breach, maybe_breach, not_started
  std::string state;  // waiting, counting, paused, open, done, closed
  int low = 0, high = 0;  // days counted
  Because why;
  std::string moved;  // how later data changed it since it was first told; empty: it did not
};
struct GateChange {
  Instant at;
  std::string from, to;
  Because why;
};
// Under another reading than the base text: on how many days the gate stood elsewhere.
struct GateElsewhere {
  std::string reading, words;
  std::int64_t days = 0;
  CivilDay first;
  std::string state;  // at the end
};
struct GateStrip {
  std::string id;
  std::string words;
  std::string state;  // at the end
  int days_needed = 0;
  std::vector<GateDayCell> days;  // up to the end of the period
  std::vector<GateChange> changes;
  std::vector<GateElsewhere> elsewhere;
};

// What one party owes by one trigger.
struct ObligationLine {
  std::string finding;  // id
  std::string words, source, party;
  std::string state;                        // in_force, breached, …
  std::optional<Instant> earliest, latest;  // the last instant in time; none: without end
  Because why;
  std::vector<std::string> otherwise;  // "late: in_force", under readings
};

// A tier of response after a breach; each time is an instant or one between two.
struct TierLine {
  std::string words;
  std::string state;                                    // not_due, may_be_due, due, signed, lapsed
  std::optional<Instant> opens_earliest, opens_latest;  // none: its condition fails
  std::optional<Instant> lapses_earliest, lapses_latest;  // none: never
  std::string signer;                                     // the office; empty: nobody signed
  std::optional<Instant> signed_at;
  Because why;
};
// What followed one breach, or may follow.
struct EpisodeLine {
  std::string escalation, words;
  std::string breach;        // the finding on the initial one
  std::string reading;       // empty: the text as it stands; else it stands otherwise there
  Instant earliest, latest;  // when the initial breach was
  std::int64_t breaches = 0;
  std::vector<TierLine> tiers;
};
// Lesser breaches that count as a graver one, or may.
struct CumulatedLine {
  std::string breach;  // the id of what they come to
  std::string words;
  std::string reading;  // as of an episode
  bool certain = false;
  std::string counts_as;
  Instant earliest, latest;  // when the last of them was
  std::vector<std::string> members;
  Because why;
};

// What was judged and is no incident: a weapon that stood somewhere, a flight, a statement.
struct OtherConduct {
  std::string subject;  // id of the observation or statement
  std::string words;    // what was seen or said
  Interval when;
  std::vector<Finding> findings;  // ordered (provision, reading); those that do not apply left out
};

// What the agreement says of a breach of a provision.
struct Consequence {
  std::string severity;  // empty: none stated
  std::vector<std::string> remedies;
  friend bool operator==(const Consequence&, const Consequence&) = default;
};

struct Input {
  // Head
  std::string mission;    // "Easter truce 2025"
  std::string title;      // "Report, 18–22 April 2025" is made from the days when empty
  std::string agreement;  // title and source of the agreement
  Interval agreement_in_force;
  std::string reading_note;  // which readings were applied, in words
  std::string audience;      // "mission staff"
  std::uint64_t number = 0;
  std::uint64_t version = 1;
  std::vector<CivilDay> days;  // at least one, ascending
  Interval period;             // of all days, by the mission's reporting day
  ReportingDay reporting_day;
  Instant as_known_at;
  std::uint64_t log_position = 0;
  std::string log_hash;  // SHA-256 over the entries up to there, hex
  std::string engine_version;
  std::string boundary_view;  // stated on the map
  // Body
  std::vector<Region> regions;
  std::vector<MapFeature> map;
  std::vector<MapPlace> places;
  std::vector<Incident> incidents;  // touching the period, by start
  std::map<std::string, std::vector<Finding>>
      findings;                                     // by incident id, ordered (provision, reading)
  std::map<std::string, Attribution> attributions;  // by incident id, where there are any
  std::vector<OtherConduct> conducts;               // whose middle lies in the period, by start
  std::vector<Difference> differences;              // of the incidents and conducts above
  std::map<std::string, std::string> provision_words;  // provision id → plain words
  std::map<std::string, std::string> reading_words;
  // Of provisions that state one, by provision and reading.
  std::map<std::pair<std::string, std::string>, Consequence> consequences;
  std::map<std::string, std::string> party_names;              // by id
  std::map<std::string, Observation> observations;             // evidence by id
  std::map<std::string, std::uint64_t> observation_positions;  // log position by id
  std::vector<Observation> alerts;  // kAlert observations in the period, stuck ones flagged
  std::vector<AlertTwins> alert_twins;
  std::vector<SourceState> sources;
  std::vector<Claim> claims;
  std::vector<std::string> claim_notes;  // "the parts give 2,929, not 2,935"
  std::vector<Notice> notices;
  std::vector<StatedTotal> stated_totals;
  std::vector<std::string> total_notes;
  std::vector<CivilDay> series_days;
  std::vector<Series> series;
  std::vector<DayTotal> history;  // days before and of the period
  std::vector<Correction> corrections;
  std::vector<GateStrip> gates;
  std::vector<ObligationLine> obligations;  // as at the end of the period, as the two below
  std::vector<EpisodeLine> episodes;
  std::vector<CumulatedLine> cumulated;
  std::vector<RejectedSummary> rejected;
  std::vector<std::string> complaints;  // what validators ask back about, in words
  std::string coverage_note;  // empty: the standard caveat that coverage is not yet computed
};

// How much a finding asks to be looked at: the smallest, a breach, leads.
int rank_of(FindingValue value);
// Under which value an incident with these findings is counted: the gravest under the base reading
// (breach, undeterminable, compliant, not applicable); none where that makes no finding.
std::optional<FindingValue> base_value(const std::vector<Finding>& findings);

std::string to_html(const Input& input);
std::string to_json(const Input& input);  // canonical; holds every figure of the page

// The strictest Content-Security-Policy under which a page of to_html is whole: its own style by
// its SHA-256 and its fonts, nothing else; no script, and in no frame but of its own origin.
std::string content_policy(std::string_view page);

}  // namespace truce::report
