#include "app/assemble.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>

#include "app/assemble_clocks.h"
#include "model/json.h"
#include "stages/acquire/acquire.h"

namespace truce::app {

namespace {

bool counted(const Feed& feed, const Observation& o) {
  if (feed.counted_weapons.empty()) return true;
  return std::any_of(o.items.begin(), o.items.end(), [&](const Item& i) {
    return std::find(feed.counted_weapons.begin(), feed.counted_weapons.end(), i.weapon) !=
           feed.counted_weapons.end();
  });
}

Instant middle(const Interval& i) { return i.start + Duration{(i.end - i.start).ns / 2}; }
Instant last_of(const Interval& i) { return i.start < i.end ? i.end - Duration{1} : i.end; }

bool is_alert(const Observation& o) { return o.items.front().classes.of(EffectClass::kAlert) > 0; }

// A series without figures yet.
report::Series series_by(const ReportingDay& days, const Feed& feed) {
  std::array<char, 16> clock{};
  std::snprintf(clock.data(), clock.size(), "%02d:%02d", days.bound_hour, days.bound_minute);
  return {feed.id, feed.label, feed.label, days.zone.name(), {}, clock.data()};
}

// The days by which a feed's series is counted: the mission's reporting days, which the incidents
// go by too, where these do not begin at midnight; else the civil days of the feed's zone.
class SeriesDays {
 public:
  SeriesDays(const Feed& feed, const ReportingDay& reporting)
      : reports_(reporting.bound_hour != 0 || reporting.bound_minute != 0),
        days_(reports_ ? reporting : ReportingDay{.zone = feed.zone}) {}

  CivilDay of(Instant t) const { return reports_ ? days_.day_of(t) : days_.zone.to_civil(t).day; }
  // When it was published, or when the alert began. Else when it began, but of a reporting day
  // the middle of its interval decides, as it does for incidents: a night that begins before the
  // bound is of the day after.
  CivilDay of(const Observation& o) const {
    if (o.time_basis == TimeBasis::kPublication) return of(o.when.end);
    return of(reports_ && !is_alert(o) ? middle(o.when) : o.when.start);
  }
  const ReportingDay& days() const { return days_; }

 private:
  bool reports_;
  ReportingDay days_;
};

// A day outside the time from the first to the last that the feed has told of is one without data:
// that nothing came is not that nothing happened.
report::Series series_of(const Feed& feed, const SeriesDays& by, const std::vector<CivilDay>& days,
                         const std::vector<const Observation*>& observations,
                         const std::optional<Interval>& told) {
  report::Series s = series_by(by.days(), feed);
  std::map<CivilDay, std::int64_t> per_day;
  for (const auto* o : observations) {
    if (counted(feed, *o)) ++per_day[by.of(*o)];
  }
  for (const auto& day : days) {
    const auto it = per_day.find(day);
    const bool known = told && by.of(told->start) <= day && day <= by.of(last_of(*told));
    if (it != per_day.end())
      s.per_day.push_back(it->second);
    else
      s.per_day.push_back(known ? std::optional(std::int64_t{0}) : std::nullopt);
  }
  return s;
}

// Activities announced, by the day on which they begin.
void add_notices(report::Series& s, const Feed& feed, const SeriesDays& by,
                 const std::vector<CivilDay>& days, const std::vector<Notice>& notices) {
  for (const auto& n : notices) {
    if (n.origin.feed != feed.id) continue;
    const auto at = std::find(days.begin(), days.end(), by.of(n.when.start));
    if (at == days.end()) continue;
    auto& count = s.per_day[static_cast<std::size_t>(at - days.begin())];
    count = count.value_or(0) + 1;
  }
}

// Whether a feed of our own format has only ever told of circumstances: health, weather, what was
// watched, what the agreement waits for. Such records do not name their feed: any there are speak
// for it.
Result<bool> only_circumstances(ledger::Store& store, const Feed& feed) {
  if (feed.format != "ndjson") return false;
  bool any = false;
  for (const char* kind : {"health", "weather", "quiet", "event", "signature"}) {
    TRUCE_TRY(records, store.records(kind));
    any = any || !records.empty();
  }
  if (!any) return false;
  TRUCE_TRY(told, store.feed_span(feed.id));
  return !told.has_value();
}

bool states_violations(const std::vector<StatedTotal>& totals, const Feed& feed) {
  return std::any_of(totals.begin(), totals.end(), [&](const StatedTotal& t) {
    return t.origin.feed == feed.id && t.violations.has_value();
  });
}

using RegionFigures = std::map<std::string, std::int64_t>;

// What reports state for each day, regions together. A total of several days is not split, and a
// day that no report speaks of has no number. Nor has one for which a region has no figure that
// has one on another day ("fewer in Donetsk"): what is stated of the others is not the whole.
report::Series series_of_totals(const Feed& feed, const std::vector<CivilDay>& days,
                                const ReportingDay& reporting_day,
                                const std::vector<StatedTotal>& totals) {
  report::Series s = series_by(reporting_day, feed);
  std::map<CivilDay, RegionFigures> stated;
  std::set<std::string> regions;
  for (const auto& t : totals) {
    if (t.origin.feed != feed.id || t.period_days != 1 || !t.violations) continue;
    stated[reporting_day.day_of(t.when.end - Duration{1})][t.region] += *t.violations;
    regions.insert(t.region);
  }
  for (const auto& day : days) {
    const RegionFigures& figures = stated[day];
    std::int64_t sum = 0;
    for (const auto& [region, figure] : figures) sum += figure;
    const bool whole = !regions.empty() && figures.size() == regions.size();
    s.per_day.push_back(whole ? std::optional(sum) : std::nullopt);
  }
  return s;
}

template <class R>
Result<std::vector<R>> all_of(ledger::Store& store, std::string_view kind) {
  std::vector<R> out;
  TRUCE_TRY(rows, store.records(kind));
  for (const auto& row : rows) {
    TRUCE_TRY(r, ledger::from_store<R>(row.json));
    out.push_back(std::move(r));
  }
  return out;
}

// Every source of the mission with what it reported in the period and when it could not observe.
Result<std::vector<report::SourceState>> source_states(const Mission& mission, ledger::Store& store,
                                                       const Interval& period,
                                                       const std::vector<Observation>& observed) {
  std::vector<report::SourceState> out;
  TRUCE_TRY(health, all_of<Health>(store, "health"));
  std::sort(health.begin(), health.end(), [](const Health& a, const Health& b) {
    return std::tie(a.when.start, a.when.end) < std::tie(b.when.start, b.when.end);
  });
  TRUCE_TRY(found, store.found_health(period));
  for (const auto& s : mission.sources) {
    report::SourceState state{s, 0, {}, {}};
    for (const auto& h : found) {
      if (h.source == s.id) state.found.push_back(h);
    }
    for (const auto& h : health) {
      if (h.source == s.id && h.when.overlaps(period)) state.gaps.push_back(h);
    }
    state.observations = std::count_if(observed.begin(), observed.end(), [&](const auto& o) {
      const bool its_own = o.source == s.id || (!o.position.empty() && o.position == s.name);
      return its_own && period.contains(middle(o.when));
    });
    out.push_back(std::move(state));
  }
  return out;
}

// What validators ask, each question once with where it arose first and how often again.
std::vector<std::string> questions(std::vector<ComplaintNote> complaints) {
  std::sort(complaints.begin(), complaints.end(), [](const auto& a, const auto& b) {
    return std::tie(a.origin.file, a.origin.line, a.text) <
           std::tie(b.origin.file, b.origin.line, b.text);
  });
  std::vector<std::pair<const ComplaintNote*, int>> asked;
  std::map<std::pair<std::string, std::string>, std::size_t> at;  // by file and text
  for (const auto& c : complaints) {
    const auto [it, first] = at.emplace(std::pair(c.origin.file, c.text), asked.size());
    if (first) asked.emplace_back(&c, 0);
    ++asked[it->second].second;
  }
  std::vector<std::string> out;
  for (const auto& [c, times] : asked) {
    std::string where = c->origin.file;
    if (c->origin.line > 0) where += " line " + std::to_string(c->origin.line);
    if (times > 1) where += " and " + std::to_string(times - 1) + " more";
    out.push_back(where + ": " + c->text);
  }
  return out;
}

// By feed: how many rows were rejected, and the first of them in the file.
std::vector<report::RejectedSummary> refusals(std::vector<Rejection> rejections) {
  std::sort(rejections.begin(), rejections.end(), [](const auto& a, const auto& b) {
    return std::tie(a.origin.feed, a.origin.file, a.origin.offset) <
           std::tie(b.origin.feed, b.origin.file, b.origin.offset);
  });
  std::vector<report::RejectedSummary> out;
  for (const auto& r : rejections) {
    if (out.empty() || out.back().feed != r.origin.feed) {
      Place place{.source = r.origin.file, .line = r.origin.line, .field = r.field};
      if (r.origin.length > 0) place.byte_offset = r.origin.offset;
      out.push_back({r.origin.feed, 0, bad_input(r.reason, place, r.expected).to_text()});
    }
    ++out.back().count;
  }
  return out;
}

// The alerts of the first siren feed that the others tell of too. `all` holds what touches the
// period and a day more on either side.
std::vector<report::AlertTwins> alert_twins(const Mission& mission,
                                            const std::vector<Observation>& all,
                                            const Interval& period) {
  struct Told {
    const Feed* feed;
    std::vector<acquire::AlertStart> starts;
    std::vector<bool> inside;  // touches the period
  };
  std::vector<Told> told;
  for (const auto& feed : mission.feeds) {
    if (feed.format != "sirens") continue;
    told.push_back({&feed, {}, {}});
    for (const auto& o : all) {
      if (o.origin.feed != feed.id) continue;
      told.back().starts.push_back({o.position, o.when.start});
      told.back().inside.push_back(o.when.overlaps(period));
    }
  }
  std::vector<report::AlertTwins> out;
  for (std::size_t i = 1; i < told.size(); ++i) {
    const Told &a = told.front(), &b = told[i];
    const auto model = acquire::learn_lag(a.starts, b.starts);
    report::AlertTwins twins{a.feed->label, b.feed->label, 0, model.median.in_seconds()};
    for (const auto& p : acquire::associate_alerts(a.starts, b.starts, model.reach, model.median))
      twins.count += a.inside[p.first] && b.inside[p.second] ? 1 : 0;
    if (twins.count > 0) out.push_back(std::move(twins));
  }
  return out;
}

// A siren feed tells of an alert again once it has ended: one alert, of which what states an end
// stands, and otherwise what ends last.
void keep_one_of_each_alert(std::vector<Observation>& all) {
  const auto end_unknown = [](const Observation& o) {
    return std::find(o.flags.begin(), o.flags.end(), "end_unknown") != o.flags.end();
  };
  const auto stands = [&](const Observation& a, const Observation& b) {
    return std::tuple(!end_unknown(a), a.when.end) > std::tuple(!end_unknown(b), b.when.end);
  };
  std::map<std::vector<std::string>, std::size_t> standing;
  std::vector<bool> gone(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Observation& o = all[i];
    if (!is_alert(o)) continue;
    const auto [it, first] =
        standing.try_emplace({o.origin.feed, o.source, o.position, o.text, o.upstream,
                              o.items.front().kind, to_text(o.when.start)},
                             i);
    if (first) continue;
    const bool later = stands(o, all[it->second]);
    gone[later ? it->second : i] = true;
    if (later) it->second = i;
  }
  std::size_t at = 0;
  std::erase_if(all, [&](const Observation&) { return gone[at++]; });
}

std::string metric_root(const Claim& c) {
  return c.claimant + "|" + c.accused_party + "|" + to_text(c.as_of) + "|" + c.topic;
}

}  // namespace

// A total and its parts are the claims of one claimant about one party as of one time: the total is
// the one whose metric says so. A part stated twice with different figures is tried both ways; a
// symbolic part ("over 950") leaves the sum open upward, and the note says so rather than closing
// it.
std::vector<std::string> claim_notes(const std::vector<Claim>& claims) {
  std::vector<std::string> out;
  std::map<std::string, std::vector<const Claim*>> groups;
  for (const auto& c : claims) groups[metric_root(c)].push_back(&c);
  for (const auto& [key, group] : groups) {
    const auto total = std::find_if(group.begin(), group.end(), [](const Claim* c) {
      return c->metric.find("total") != std::string::npos;
    });
    if (total == group.end()) continue;
    std::map<std::string, const Claim*> parts;
    for (const auto* c : group) {
      const bool subset =
          c->metric.rfind("border_", 0) == 0 ||
          c->metric.rfind("civilians", 0) == 0;  // places and people, not kinds of act
      if (c == *total || subset) continue;
      const auto [it, first] = parts.emplace(c->metric, c);
      if (!first) {
        out.push_back((*total)->claimant + ": " + c->metric + " is reported as " +
                      to_text(it->second->count) + " and as " + to_text(c->count));
        if (c->count.best() > it->second->count.best()) it->second = c;
      }
    }
    if (parts.size() < 2) continue;
    std::int64_t stated = 0;
    bool open = false;
    std::string sum;
    for (const auto& [metric, c] : parts) {
      stated += c->count.value;
      open = open || !c->count.high();
      sum += (sum.empty() ? "" : " + ") + to_text(c->count);
    }
    const Count whole = (*total)->count;
    const auto top = whole.high();
    if (stated >= whole.low() && (!top || stated <= *top)) continue;  // "over 1300" may be 1392
    std::string note = (*total)->claimant + " states " + to_text(whole) +
                       "; the parts it states give " + std::to_string(stated) + " (" + sum +
                       "), so the total does not follow from them";
    if (open && stated < whole.value) note += "; a part stated as open upward may hold the rest";
    out.push_back(std::move(note));
  }
  return out;
}

namespace {

std::string seen_words(const Observation& o) {
  std::string out;
  for (const Item& i : o.items) {
    if (i.weapon == WeaponClass::kUnknown) continue;
    out += (out.empty() ? "" : "; ") + to_text(i.count) + " × " +
           (i.weapon_text.empty() ? std::string(to_words(i.weapon)) : i.weapon_text);
  }
  return out + (o.position.empty() ? "" : ", " + o.position);
}

std::string said_words(const Statement& s) { return s.speaker + ": “" + s.quote + "”"; }

// What it was, of an observation or a statement.
Result<std::string> conduct_words(ledger::Store& store, const std::string& subject,
                                  const std::vector<Statement>& statements) {
  TRUCE_TRY(row, store.observation(subject));
  if (row) {
    TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
    return seen_words(o);
  }
  for (const Statement& s : statements) {
    if (s.id == subject) return said_words(s);
  }
  return std::string();
}

Status add_conducts(ledger::Store& store, report::Input& in) {
  TRUCE_TRY(conducts, store.conducts_overlapping(in.period));
  if (conducts.empty()) return done();
  TRUCE_TRY(statements, all_of<Statement>(store, "statement"));
  for (auto& c : conducts) {
    if (!in.period.contains(middle(c.when))) continue;
    std::erase_if(c.findings,
                  [](const Finding& f) { return f.value == FindingValue::kNotApplicable; });
    if (c.findings.empty()) continue;
    TRUCE_TRY(words, conduct_words(store, c.subject, statements));
    in.conducts.push_back({c.subject, std::move(words), c.when, std::move(c.findings)});
  }
  for (const auto& c : in.conducts) {
    TRUCE_TRY(judgement, store.judgement_of(c.subject));
    for (auto& d : judgement.differences) in.differences.push_back(std::move(d));
  }
  return done();
}

}  // namespace

Result<report::Input> assemble_report(const Mission& mission, ledger::Store& store, CivilDay first,
                                      CivilDay last, Instant known_at,
                                      const std::string& log_hash) {
  report::Input in;
  in.mission = mission.name;
  in.agreement = mission.agreement.title +
                 (mission.agreement.source.empty() ? "" : "; " + mission.agreement.source);
  const auto& provisions = mission.agreement.readings.front().provisions;
  in.agreement_in_force = provisions.empty() ? judge::kAlways : provisions.front().in_force;
  in.audience = "mission staff";
  in.number = 1;
  for (CivilDay d = first; d <= last; d = add_days(d, 1)) in.days.push_back(d);
  in.reporting_day = mission.reporting_day;
  in.period = {mission.reporting_day.interval(first).start,
               mission.reporting_day.interval(last).end};
  in.as_known_at = known_at;
  in.log_position = store.applied();
  in.log_hash = log_hash;
  in.engine_version = TRUCE_VERSION;
  in.boundary_view = mission.boundary_view;
  in.regions = mission.regions;
  in.map = mission.map;
  in.places = mission.places;
  for (const auto& party : mission.agreement.parties) in.party_names[party.id] = party.name;
  for (const auto& reading : mission.agreement.readings) {
    in.reading_words[reading.id] = reading.words.empty() ? "the base text" : reading.words;
    for (const auto& p : reading.provisions) {
      in.provision_words.emplace(p.id, p.words);
      if (!p.severity.empty() || !p.remedies.empty())
        in.consequences[{p.id, reading.id}] = {p.severity, p.remedies};
    }
  }
  TRUCE_TRY(incidents, store.incidents_overlapping(in.period));
  // An incident belongs to the day in which the middle of its interval lies, and so to one day
  // only.
  for (auto& i : incidents) {
    if (in.period.contains(middle(i.when))) in.incidents.push_back(std::move(i));
  }
  for (const auto& i : in.incidents) {
    TRUCE_TRY(judgement, store.judgement_of(i.id));
    in.findings.emplace(i.id, std::move(judgement.findings));
    if (judgement.attribution) in.attributions.emplace(i.id, *std::move(judgement.attribution));
    for (auto& d : judgement.differences) in.differences.push_back(std::move(d));
    for (const auto& e : i.evidence) {
      TRUCE_TRY(row, store.observation(e.observation));
      if (!row)
        return make_error(ErrorCode::kCorrupt,
                          "incident " + i.id + " cites an observation that is not there",
                          {.source = e.observation});
      TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
      in.observation_positions[o.id] = row->position;
      in.observations.emplace(o.id, std::move(o));
    }
  }
  TRUCE_CHECK_OK(add_conducts(store, in));
  in.series_days = in.days;
  TRUCE_TRY(all,
            store.observations_overlapping(
                {in.period.start - Duration::days(1), in.period.end + Duration::days(1)}, false));
  std::sort(all.begin(), all.end(), [](const Observation& a, const Observation& b) {
    return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
  });
  keep_one_of_each_alert(all);
  TRUCE_TRY(totals, all_of<StatedTotal>(store, "stated_total"));
  TRUCE_TRY(notices, all_of<Notice>(store, "notice"));
  for (const auto& feed : mission.feeds) {
    if (feed.format == "claims") continue;
    if (feed.format == "smm-totals") {
      if (!states_violations(totals, feed)) continue;  // its figures stand in their own table
      in.series.push_back(series_of_totals(feed, in.series_days, mission.reporting_day, totals));
      continue;
    }
    std::vector<const Observation*> own;
    for (const auto& o : all) {
      if (o.origin.feed == feed.id) own.push_back(&o);
    }
    const bool announces = std::any_of(notices.begin(), notices.end(),
                                       [&](const Notice& n) { return n.origin.feed == feed.id; });
    if (own.empty() && !announces) {
      TRUCE_TRY(other, only_circumstances(store, feed));
      if (other) continue;  // told under what was watched
    }
    TRUCE_TRY(told, store.feed_span(feed.id));
    const SeriesDays by(feed, mission.reporting_day);
    in.series.push_back(series_of(feed, by, in.series_days, own, told));
    add_notices(in.series.back(), feed, by, in.series_days, notices);
  }
  in.alert_twins = alert_twins(mission, all, in.period);
  TRUCE_TRY(sources, source_states(mission, store, in.period, all));
  in.sources = std::move(sources);
  for (auto& o : all) {
    if (is_alert(o) && o.when.overlaps(in.period)) in.alerts.push_back(std::move(o));
  }
  TRUCE_TRY(claims, all_of<Claim>(store, "claim"));
  for (auto& c : claims) {
    if (in.period.start <= c.as_of && c.as_of <= in.period.end) in.claims.push_back(std::move(c));
  }
  in.claim_notes = claim_notes(in.claims);
  in.notices = std::move(notices);
  std::sort(totals.begin(), totals.end(), [](const StatedTotal& a, const StatedTotal& b) {
    return std::tie(a.when.start, a.when.end, a.region, a.id) <
           std::tie(b.when.start, b.when.end, b.region, b.id);
  });
  for (auto& t : totals) {
    if (t.when.overlaps(in.period)) in.stated_totals.push_back(std::move(t));
  }
  TRUCE_TRY(rejections, all_of<Rejection>(store, "rejected"));
  in.rejected = refusals(std::move(rejections));
  TRUCE_TRY(complaints, all_of<ComplaintNote>(store, "complaint"));
  std::erase_if(complaints, [&](const ComplaintNote& c) {
    return c.when.has_value() && !c.when->overlaps(in.period);
  });
  in.complaints = questions(std::move(complaints));
  for (const auto& day : in.days) {
    const Interval interval = mission.reporting_day.interval(day);
    report::DayTotal total{day, {}, 0};
    for (const auto& i : in.incidents) {
      if (!interval.contains(middle(i.when))) continue;
      total.violations = total.violations + i.violations;
      ++total.incidents;
    }
    in.history.push_back(total);
  }
  TRUCE_TRY(quiet, store.records_overlapping("quiet", in.period));
  if (!quiet.empty())
    in.coverage_note =
        "Feeds state it by sector, class and window, and gates rest on that. For the counts here "
        "no bound follows from it yet.";
  TRUCE_CHECK_OK(add_clock_parts(mission, store, in));
  return in;
}

}  // namespace truce::app
