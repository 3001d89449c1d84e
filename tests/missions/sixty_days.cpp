#include "sixty_days.h"

#include <algorithm>

#include "base/zone.h"
#include "model/json.h"

namespace truce::missions {

namespace {

// Days are counted from 1 = 1 March 2030; clocks go forward on 31 March.
constexpr CivilDay kDayBeforeFirst{2030, 2, 28};
constexpr int kDays = 60;

struct Fire {
  int day;
  int hour;
  const char* sector;
  int witnesses;  // two posts that agree prove it; one traveller does not
};
constexpr Fire kFires[] = {{1, 3, "west", 2},  {1, 14, "east", 2},  {2, 9, "west", 2},
                           {4, 22, "east", 2}, {18, 11, "west", 2}, {23, 2, "east", 1}};

// Sector, from day, to day: not watched well enough, or not at all.
struct Gap {
  const char* sector;
  int from, to;
  double coverage;  // below 0: nobody knows
};
constexpr Gap kGaps[] = {{"west", 7, 7, 0.4}, {"east", 28, 29, -1}};

// What a satellite saw of these days came a week after everything else.
constexpr const char* kLateSector = "west";
constexpr int kLateFrom = 19, kLateTo = 20;

struct Said {
  int day;
  int hour;
  const char* about;
  const char* quote;
};
constexpr Said kSaids[] = {
    {21, 8, "contingent/north", "Guests who overstay will be shown out."},
    {32, 20, "threat", "Whoever stands at Post Cedar stands there at his own risk."},
    {33, 9, "fire", "Post Birch heard nothing that night."}};

struct Deed {
  int day;
  int hour;
  const char* name;
  const char* party;
};
constexpr Deed kDeeds[] = {
    {1, 0, "ceasefire", ""},
    {10, 11, "maps_handed_over", "amber"},
    {16, 9, "maps_handed_over", "cobalt"},  // due by midnight before the 15th
    {36, 9, "disengagement_begun", "amber"},
    {38, 10, "pull_back_done", "amber"},
    {38, 15, "pull_back_done", "cobalt"}};

// The hotline is answered every day at noon, but for one day by one party.
constexpr Deed kUnanswered{41, 12, "hotline_answered", "amber"};

Instant at(int day, int hour) {
  static const Zone kZone = *Zone::find("Europe/Kyiv");
  return kZone.to_instant({add_days(kDayBeforeFirst, day), hour, 0, 0, 0});
}

LatLon place_in(const std::string& sector) {
  return *LatLon::from_degrees(0.15, sector == "west" ? 0.15 : 0.45);
}

std::string line_of(const char* kind, const std::string& json) {
  return "{\"kind\":\"" + std::string(kind) + "\",\"record\":" + json + "}\n";
}

std::string reports() {
  std::string out;
  for (const Fire& f : kFires) {
    for (int w = 0; w < f.witnesses; ++w) {
      Observation o;
      o.source = f.witnesses == 1 ? "traveller" : std::string(f.sector) + (w == 0 ? "-a" : "-b");
      o.when.start = at(f.day, f.hour) + Duration::whole_seconds(std::int64_t{60} * w);
      o.when.end = o.when.start + Duration::minutes(2);
      o.shape = PointShape{place_in(f.sector), 90'000, 90'000, 0};
      Item item;
      item.count = Count::exact(f.witnesses == 1 ? 1 : 3);
      item.classes = ClassProbabilities::certain(EffectClass::kExplosionImpact);
      o.items = {item};
      o.means = {Means::kHeard};
      o.p_real = f.witnesses == 1 ? 0.4 : 0.97;
      out += line_of("observation", to_json(o));
    }
  }
  return out;
}

double coverage_of(const std::string& sector, int day) {
  for (const Gap& g : kGaps) {
    if (g.sector == sector && g.from <= day && day <= g.to) return g.coverage;
  }
  return 0.93;
}

bool comes_late(const std::string& sector, int day) {
  return sector == kLateSector && kLateFrom <= day && day <= kLateTo;
}

std::string quiet(bool late) {
  std::string out;
  for (int day = 1; day <= kDays; ++day) {
    for (const char* sector : {"west", "east"}) {
      if (comes_late(sector, day) != late) continue;
      Quiet q;
      q.sector = sector;
      q.when = {at(day, 0), at(day + 1, 0)};
      q.effect_class = EffectClass::kExplosionImpact;
      const double coverage = coverage_of(sector, day);
      if (coverage >= 0) {
        q.coverage = coverage;
        q.detections = std::count_if(std::begin(kFires), std::end(kFires), [&](const Fire& f) {
          return f.day == day && std::string(f.sector) == sector && f.witnesses > 1;
        });
        // Of the mean of what happened, 95 %, with none seen and with one: 3.0/p and 4.74/p.
        q.upper_bound = (q.detections == 0 ? 3.0 : 4.74) / coverage;
      }
      out += line_of("quiet", to_json(q));
    }
  }
  return out;
}

std::string event_line(const Deed& d) {
  ::truce::Event e;
  e.name = d.name;
  e.party = d.party;
  e.when = {at(d.day, d.hour), at(d.day, d.hour)};
  return line_of("event", to_json(e));
}

std::string events() {
  std::string out;
  for (const Deed& d : kDeeds) out += event_line(d);
  for (int day = 1; day <= kDays; ++day) {
    for (const char* party : {"amber", "cobalt"}) {
      if (day != kUnanswered.day || std::string(party) != kUnanswered.party)
        out += event_line({day, kUnanswered.hour, kUnanswered.name, party});
    }
  }
  return out;
}

std::string statements() {
  std::string out;
  for (const Said& s : kSaids) {
    Statement r;
    r.speaker = "a broadcast";
    r.when = at(s.day, s.hour);
    r.about = s.about;
    r.quote = s.quote;
    out += line_of("statement", to_json(r));
  }
  return out;
}

constexpr const char* kSources =
    "id,name,kind,owner,party,lat,lon\n"
    "west-a,post west A,patrol,mission,,0.16,0.14\n"
    "west-b,post west B,patrol,mission,,0.14,0.16\n"
    "east-a,post east A,patrol,mission,,0.16,0.44\n"
    "east-b,post east B,patrol,mission,,0.14,0.46\n"
    "traveller,a traveller,hotline,,,,\n";

}  // namespace

std::vector<SimulatedFile> sixty_days() {
  return {{"sources.csv", kSources},
          {"feeds/reports.ndjson", reports()},
          {"feeds/quiet.ndjson", quiet(false)},
          {"feeds/events.ndjson", events()},
          {"feeds/statements.ndjson", statements()},
          {"feeds/late.ndjson", quiet(true)}};
}

}  // namespace truce::missions
