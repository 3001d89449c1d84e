#pragma once
// The records, as plain values. Each is a thing of its own: an observation is never a claim, a
// claim is never counted, a finding never says who. Their JSON form is in model/json.h, their
// schemas under schema/, their meaning in docs/concepts.md.
//
// Identifiers are strings that say what they name: a source "smm-camera-avdiivka", a party "ua", a
// provision "easter-2025/1". Identifiers of observations, incidents and findings come from
// model/identity.h and depend on content alone, so that the same input gives the same names
// anywhere.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "model/count.h"
#include "model/place_sample.h"
#include "model/shape.h"
#include "model/vocabulary.h"

namespace truce {

struct Source {
  std::string id;
  std::string name;  // "camera Avdiivka"
  SourceKind kind = SourceKind::kDataset;
  std::string owner;
  std::string party;                  // set when the source belongs to a party
  std::vector<std::string> upstream;  // sources on which it depends: one origin counts once
  std::optional<LatLon> at;
  double clock_sigma_s = 0;
  double false_per_hour = 0;       // false reports it makes, per hour
  std::optional<double> noise_db;  // background level where it listens; none: not known
  std::string public_key;          // ed25519, base64; empty when it signs nothing
  friend bool operator==(const Source&, const Source&) = default;
};

struct Health {
  std::string source;
  Interval when;
  std::string why;  // off, jammed, blinded, denied_access, weather, no_clock
  std::string note;
  std::optional<double> offset_s;  // its clock minus true time; of a jump, later minus earlier
  std::optional<double> sigma_s;   // one sigma of that
  friend bool operator==(const Health&, const Health&) = default;
};

// What a weather station read at one time.
struct Weather {
  std::string source;
  Instant time;
  LatLon at;
  double east_m_s = 0;  // where the air moves to
  double north_m_s = 0;
  double sound_speed_m_s = 0;  // in still air of its temperature and moisture
  friend bool operator==(const Weather&, const Weather&) = default;
};

// Where in the input a record came from, down to the bytes.
struct Origin {
  std::string feed;          // the mission's name for the feed
  std::string format;        // "viina", "smm-json", …
  std::string file;          // as the mission names it, never a machine's path
  std::uint64_t line = 0;    // 1-based, 0 unknown
  std::uint64_t offset = 0;  // byte offset of the row in the (unpacked) input
  std::uint64_t length = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

// What a sensor or a camera wrote down, as it arrived: a waveform or a photo. The bytes lie in the
// log, beside the record.
struct Recording {
  std::string id;  // model/identity.h
  std::string source;
  Interval when;           // from its first to its last sample; of a photo when it was taken
  std::string media_type;  // image/jpeg, image/png, application/vnd.fdsn.mseed
  std::string sha256;      // of the bytes
  std::uint64_t bytes = 0;
  Origin origin;
  friend bool operator==(const Recording&, const Recording&) = default;
};

// One entry of what was observed: "14 projectiles from W to E".
struct Item {
  Count count;
  ClassProbabilities classes;
  WeaponClass weapon = WeaponClass::kUnknown;
  std::string weapon_text;         // "120mm mortar" as the source says it
  std::string kind;                // "tracer", …
  std::optional<double> from_deg;  // direction of flight, azimuths
  std::optional<double> to_deg;
  std::optional<double> after_s;  // after the item before it
  friend bool operator==(const Item&, const Item&) = default;
};

// What one source observed. Immutable; a correction is a new observation that names the old one.
struct Observation {
  std::string id;  // model/identity.h
  std::string source;
  std::string upstream;  // the origin it repeats ("headline sha256:…"); empty: the source itself
  Interval when;
  TimeBasis time_basis = TimeBasis::kStated;
  std::string time_text;  // "night 22-23 Aug 2017" as the source says it
  Shape shape;
  std::vector<Item> items;  // in the order seen when `ordered`
  bool ordered = false;
  std::vector<Means> means;
  std::string position;  // the observer's position in words
  std::string assessor;
  double p_real = 1;     // probability that anything of this kind happened, given this alone
  std::string corrects;  // id of the observation that this one replaces
  std::vector<std::string>
      targets;       // what was hit, as the source says: "energy", "hospital"; sorted
  std::string text;  // headline or description, quoted
  std::vector<std::string>
      flags;  // complaints that did not cost the row: "place_contradicts_gazetteer"
  // The observations it was made from, by id: set on effects that fuse located from what sensors
  // heard. Such an observation is never logged.
  std::vector<std::string> derived_from;
  // Likewise what was heard besides, which is no effect of its own: the shock waves of its shell,
  // heard before it, and its echoes.
  std::vector<std::string> echoes, shock_waves;
  Origin origin;
  friend bool operator==(const Observation&, const Observation&) = default;
};

// An allegation or a denial by a party or on its behalf, with the unit it counts in. Never counted
// as an observation.
struct Claim {
  std::string id;
  std::string topic;           // what truce or case it speaks of
  std::string claimant;        // who says it, "UA General Staff"
  std::string claimant_party;  // empty when neither party's
  std::string accused_party;
  bool denial = false;
  std::string metric;  // "violations_total"
  std::string unit;    // "strikes"
  Count count;
  std::vector<Count> parts;  // when the claim breaks its total down in the same statement
  std::string period_text;   // "since 2025-03-18"
  Interval when;             // the period as far as it can be read
  Instant as_of;
  std::string note;
  std::string url;
  Origin origin;
  friend bool operator==(const Claim&, const Claim&) = default;
};

struct Notice {
  std::string id;
  std::string party;
  std::string kind;  // demining, demolition, live_fire_exercise, repair_window
  Interval when;
  Shape shape;
  std::string text;
  Origin origin;
  friend bool operator==(const Notice&, const Notice&) = default;
};

// One physical event inferred, or `count` alike that nobody told apart.
struct Effect {
  EffectClass effect_class = EffectClass::kOther;
  ClassProbabilities classes;
  CountInterval count;
  WeaponClass weapon = WeaponClass::kUnknown;
  double calibre_mm = 0;              // 0: nobody says, or they disagree
  std::string system;                 // "tornado-s", likewise empty
  std::vector<std::string> evidence;  // observation ids
  friend bool operator==(const Effect&, const Effect&) = default;
};

// A place with how sure it is. The region that should hold it 90 times of 100 is what outline()
// draws of `region`: a few numbers where its polygon would be the most of an incident's bytes.
struct Posterior {
  LatLon best;
  // Carries the posterior from fuse to judge so that areas can weigh it. It follows from the
  // evidence and is not part of the record's JSON.
  PlaceSample sample;
  Shape region;         // nowhere when no source says where
  double radius_m = 0;  // of a circle around best that holds 90 %
  bool known() const { return !std::holds_alternative<Nowhere>(region); }
  friend bool operator==(const Posterior& a, const Posterior& b) {
    return a.best == b.best && a.region == b.region && a.radius_m == b.radius_m;
  }
};

struct Evidence {
  std::string observation;
  std::string source;
  std::string chain;  // root of upstream: reports with one chain count once
  double weight = 0;  // log10 likelihood ratio for "it happened", negative is against
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// Effects that belong together. The id is its first member's; versions grow as evidence comes.
struct Incident {
  std::string id;
  std::uint64_t version = 1;
  Interval when;
  TimeBasis time_basis = TimeBasis::kStated;  // the sharpest among its members
  Posterior place;
  std::vector<Effect> effects;
  CountInterval violations;  // total over classes that count
  double p_real = 0;
  std::vector<Evidence> evidence;    // ordered by observation id
  std::vector<std::string> targets;  // of its members, sorted, once each
  std::vector<std::string> flags;
  std::vector<std::string> notices;  // ids of notices that may explain it
  friend bool operator==(const Incident&, const Incident&) = default;
};

// One factor of a probability, in words that a person can check.
struct Reason {
  std::string fact;  // "place", "class", "weapon", "time", "real", "party", "exception"
  double probability = 1;
  std::string words;  // "0.97 of the place's probability lies inside zone theatre"
  // The same in every language, see model/messages.h.
  std::string message;  // "reason.place.partly"
  std::vector<std::string> args;
  friend bool operator==(const Reason&, const Reason&) = default;
};

struct Finding {
  std::string id;
  std::string subject;  // id of an incident, an observation, a statement or a deadline
  std::string provision;
  std::string reading;  // "base" or the party's reading
  std::uint64_t version = 1;
  FindingValue value = FindingValue::kUndeterminable;
  double probability = 0;  // P(breach)
  std::string standard_of_proof;
  double threshold = 0;         // tau
  std::string missing_fact;     // set when undeterminable
  std::vector<Reason> reasons;  // in the order multiplied
  std::vector<std::string> evidence;
  friend bool operator==(const Finding&, const Finding&) = default;
};

// One provision, held against one subject, comes to other values under other readings of the text.
struct Difference {
  std::string id;  // model/identity.h
  std::string subject;
  std::string provision;
  std::uint64_t version = 1;  // of the findings that differ
  struct Side {
    std::string reading;
    FindingValue value = FindingValue::kNotApplicable;  // that also where it makes no finding
    double probability = 0;
    friend bool operator==(const Side&, const Side&) = default;
  };
  std::vector<Side> sides;         // one per reading, in the agreement's order
  std::vector<std::string> facts;  // on which they part: "place", "weapon"; "provision": not in
                                   // all; "standard_of_proof": another is asked for
  friend bool operator==(const Difference&, const Difference&) = default;
};

// Who it may have been.
struct Attribution {
  std::string subject;  // of findings
  struct Alternative {
    std::string party;  // or "cannot_be_determined", always among them
    double probability = 0;
    std::string words;
    // The same in every language, see model/messages.h.
    std::string message;
    std::vector<std::string> args;
    friend bool operator==(const Alternative&, const Alternative&) = default;
  };
  std::vector<Alternative> alternatives;  // most likely first
  friend bool operator==(const Attribution&, const Attribution&) = default;
};

struct Quiet {
  std::string sector;
  Interval when;
  EffectClass effect_class = EffectClass::kExplosionUndetermined;
  std::optional<double> coverage;  // nullopt: unknown, which is not zero
  std::int64_t detections = 0;
  std::optional<double> upper_bound;  // of the mean of what happened, 95 %
  friend bool operator==(const Quiet&, const Quiet&) = default;
};

struct Gate {
  std::string id;
  std::string state;  // waiting, counting, paused, open, done, closed
  Instant since;
  std::string why;      // "the count has not begun"
  std::string message;  // the same in every language, as of Reason: "gate.not_started"
  std::vector<std::string> args;
  friend bool operator==(const Gate&, const Gate&) = default;
};

struct Case {
  std::string id;
  std::vector<std::string> findings;
  std::string stage;
  std::vector<std::string> replies;
  std::string ruling;
  friend bool operator==(const Case&, const Case&) = default;
};

struct Statement {
  std::string id;
  std::string speaker;
  std::string party;
  Instant when;
  std::string quote;
  std::string about;  // provision or point
  std::string url;
  Origin origin;
  friend bool operator==(const Statement&, const Statement&) = default;
};

// Something that obligations, gates and clocks wait for: a signature under the agreement, a
// withdrawal that was begun, a notification that was given. It was at some instant of `when`.
struct Event {
  std::string id;
  std::string name;    // "withdrawal_started", as the agreement calls it
  std::string party;   // whose; empty: nobody's, or nobody knows
  std::string sector;  // empty: nowhere in particular
  Interval when;
  double p_real = 1;
  std::string text;      // what it rests on, in words
  std::string corrects;  // id of the event that this one replaces
  Origin origin;
  friend bool operator==(const Event&, const Event&) = default;
};

// A person of the mission signs that a tier of an escalation is taken.
struct Signature {
  std::string id;
  std::string signer;  // the office
  std::string escalation;
  std::string tier;
  std::string breach;  // a finding of the episode that is signed for
  Instant when;
  Origin origin;
  friend bool operator==(const Signature&, const Signature&) = default;
};

struct Bulletin {
  std::uint64_t number = 0;
  std::uint64_t version = 1;
  std::string audience;
  Instant issued;
  std::string sha256;  // of the bytes that went out
  friend bool operator==(const Bulletin&, const Bulletin&) = default;
};

struct ClassTotal {
  EffectClass effect_class = EffectClass::kOther;
  std::int64_t count = 0;
  friend bool operator==(const ClassTotal&, const ClassTotal&) = default;
};

// A total that a report states for a region and period, with what it says of its parts and of the
// period before. Facts of a report, checked by validators; never added to incidents.
struct StatedTotal {
  std::string id;
  std::string report;  // "178/2020"
  CivilDay issued;
  std::string region;
  Interval when;
  int period_days = 1;
  std::optional<std::int64_t> violations;
  std::optional<std::int64_t> explosions;
  std::vector<std::int64_t>
      families;  // explosions, projectiles, flashes, flares, bursts and shots; or empty
  std::vector<ClassTotal> explosion_classes;  // impact 3, airburst 29, …
  std::optional<std::int64_t> previous;
  std::string previous_means;  // "period" or "24h"; empty when it does not say
  std::string note;
  std::string url;
  Origin origin;
  friend bool operator==(const StatedTotal&, const StatedTotal&) = default;
};

}  // namespace truce
