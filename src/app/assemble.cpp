#include "app/assemble.h"

#include <algorithm>
#include <map>

#include "model/json.h"

namespace truce::app {

namespace {

bool counted(const Feed& feed, const Observation& o) {
  if (feed.counted_weapons.empty()) return true;
  return std::any_of(o.items.begin(), o.items.end(), [&](const Item& i) {
    return std::find(feed.counted_weapons.begin(), feed.counted_weapons.end(), i.weapon) !=
           feed.counted_weapons.end();
  });
}

// The day a report belongs to in its feed: when it was published, or when the alert began.
CivilDay feed_day(const Feed& feed, const Observation& o) {
  const Instant t = o.time_basis == TimeBasis::kPublication ? o.when.end : o.when.start;
  return feed.zone.to_civil(t).day;
}

report::Series series_of(const Feed& feed, const std::vector<CivilDay>& days,
                         const std::vector<const Observation*>& observations) {
  report::Series s{feed.id, feed.label, feed.label, feed.zone.name(), {}};
  std::map<CivilDay, std::int64_t> per_day;
  for (const auto* o : observations) {
    if (counted(feed, *o)) ++per_day[feed_day(feed, *o)];
  }
  for (const auto& day : days) {
    const auto it = per_day.find(day);
    s.per_day.push_back(it == per_day.end() ? std::int64_t{0} : it->second);
  }
  return s;
}

// What reports state for each day, regions together. A total of several days is not split, and a
// day that no report speaks of has no number.
report::Series series_of_totals(const Feed& feed, const std::vector<CivilDay>& days,
                                const ReportingDay& reporting_day,
                                const std::vector<StatedTotal>& totals) {
  report::Series s{feed.id, feed.label, feed.label, feed.zone.name(), {}};
  std::map<CivilDay, std::int64_t> per_day;
  for (const auto& t : totals) {
    if (t.origin.feed != feed.id || t.period_days != 1 || !t.violations) continue;
    per_day[reporting_day.day_of(t.when.end - Duration{1})] += *t.violations;
  }
  for (const auto& day : days) {
    const auto it = per_day.find(day);
    s.per_day.push_back(it == per_day.end() ? std::nullopt : std::optional(it->second));
  }
  return s;
}

template <class R>
Result<std::vector<R>> all_of(ledger::Store& store, std::string_view kind) {
  std::vector<R> out;
  TRUCE_TRY(rows, store.records(kind));
  for (const auto& row : rows) {
    TRUCE_TRY(r, from_json<R>(row.json));
    out.push_back(std::move(r));
  }
  return out;
}

Instant middle(const Interval& i) { return i.start + Duration{(i.end - i.start).ns / 2}; }

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

Result<report::Input> assemble_report(const Mission& mission, ledger::Store& store, CivilDay first,
                                      CivilDay last, Instant known_at,
                                      const std::string& log_hash) {
  report::Input in;
  in.mission = mission.name;
  in.agreement = mission.agreement.title +
                 (mission.agreement.source.empty() ? "" : "; " + mission.agreement.source);
  in.agreement_in_force = mission.agreement.readings.front().provisions.front().in_force;
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
    for (const auto& p : reading.provisions) in.provision_words.emplace(p.id, p.words);
  }
  TRUCE_TRY(incidents, store.incidents_overlapping(in.period));
  // An incident belongs to the day in which the middle of its interval lies, and so to one day
  // only.
  for (auto& i : incidents) {
    if (in.period.contains(middle(i.when))) in.incidents.push_back(std::move(i));
  }
  for (const auto& i : in.incidents) {
    TRUCE_TRY(findings, store.findings_of(i.id));
    in.findings.emplace(i.id, std::move(findings));
    for (const auto& e : i.evidence) {
      TRUCE_TRY(row, store.observation(e.observation));
      if (!row)
        return make_error(ErrorCode::kCorrupt,
                          "incident " + i.id + " cites an observation that is not there",
                          {.source = e.observation});
      TRUCE_TRY(o, from_json<Observation>(row->json));
      in.observation_positions[o.id] = row->position;
      in.observations.emplace(o.id, std::move(o));
    }
  }
  in.series_days = in.days;
  TRUCE_TRY(all,
            store.observations_overlapping(
                {in.period.start - Duration::days(1), in.period.end + Duration::days(1)}, false));
  std::sort(all.begin(), all.end(), [](const Observation& a, const Observation& b) {
    return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
  });
  TRUCE_TRY(totals, all_of<StatedTotal>(store, "stated_total"));
  for (const auto& feed : mission.feeds) {
    if (feed.format == "claims") continue;
    if (feed.format == "smm-totals") {
      in.series.push_back(series_of_totals(feed, in.series_days, mission.reporting_day, totals));
      continue;
    }
    std::vector<const Observation*> own;
    for (const auto& o : all) {
      if (o.origin.feed == feed.id) own.push_back(&o);
    }
    in.series.push_back(series_of(feed, in.series_days, own));
  }
  for (auto& o : all) {
    if (o.items.front().classes.of(EffectClass::kAlert) > 0 && o.when.overlaps(in.period))
      in.alerts.push_back(std::move(o));
  }
  for (const auto& s : mission.sources) in.sources.push_back({s, 0, {}});
  TRUCE_TRY(claims, all_of<Claim>(store, "claim"));
  in.claims = std::move(claims);
  in.claim_notes = claim_notes(in.claims);
  TRUCE_TRY(notices, all_of<Notice>(store, "notice"));
  in.notices = std::move(notices);
  TRUCE_TRY(rejections, all_of<Rejection>(store, "rejected"));
  for (const auto& r : rejections) {
    auto it = std::find_if(in.rejected.begin(), in.rejected.end(),
                           [&](const auto& x) { return x.feed == r.origin.feed; });
    if (it == in.rejected.end())
      it = in.rejected.insert(
          in.rejected.end(),
          {r.origin.feed, 0,
           r.origin.file + ":" + std::to_string(r.origin.line) + ": " + r.reason});
    ++it->count;
  }
  TRUCE_TRY(complaints, all_of<ComplaintNote>(store, "complaint"));
  for (const auto& c : complaints) in.complaints.push_back(c.text);
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
  return in;
}

}  // namespace truce::app
