#include "stages/judge/cases.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/csv.h"
#include "model/weapon_text.h"
#include "stages/judge/judge.h"

namespace truce::judge {

namespace {

enum Column : std::size_t {
  kCase,
  kProvision,
  kReading,
  kFrom,
  kUntil,
  kPlace,
  kSigma,
  kOrigin,
  kAct,
  kDomain,
  kEffect,
  kWeapon,
  kCount,
  kParty,
  kCircumstances,
  kTargets,
  kNotices,
  kReal,
  kExpect,
  kMissing,
  kWhy,
  kColumns,
};
constexpr std::array<std::string_view, kColumns> kColumnNames{
    "case",          "provision", "reading", "from",   "until",  "place",   "sigma_m",
    "origin",        "act",       "domain",  "effect", "weapon", "count",   "party",
    "circumstances", "targets",   "notices", "p_real", "expect", "missing", "why"};

constexpr std::size_t kPlacesDrawn = 256;
constexpr std::size_t kCasesMax = 100'000;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(at), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::optional<double> number(std::string_view text) {
  double v = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

// One row of the table on its way to a case; says what is wrong where.
class Row {
 public:
  Row(const CsvRow& row, const std::array<std::size_t, kColumns>& at, std::string_view source,
      const Agreement& agreement, const Geometry& geometry, Problems& problems)
      : row_(row),
        at_(at),
        source_(source),
        agreement_(agreement),
        geometry_(geometry),
        problems_(problems) {}

  std::optional<WorkedCase> read() {
    WorkedCase c;
    c.line = row_.line;
    c.id = cell(kCase);
    c.conduct.subject = c.id;
    c.provision = cell(kProvision);
    c.reading = cell(kReading).empty() ? "base" : cell(kReading);
    c.missing = cell(kMissing);
    c.why = cell(kWhy);
    if (c.id.empty()) say(kCase, "the case has no id", "an id of its own");
    read_names(c);
    read_when(c.conduct);
    c.conduct.at = place(kPlace);
    c.conduct.from = place(kOrigin);
    read_act(c.conduct);
    read_weapons(c.conduct);
    read_party(c.conduct);
    read_circumstances(c.conduct);
    c.conduct.targets = split(cell(kTargets), ' ');
    read_notices(c);
    if (const auto value = finding_value_from(cell(kExpect)))
      c.value = *value;
    else
      say(kExpect, "\"" + cell(kExpect) + "\" is no value of a finding",
          "breach, compliant, not_applicable or undeterminable");
    if (is_wrong_) return std::nullopt;
    return c;
  }

 private:
  std::string cell(Column c) const {
    const std::size_t at = at_.at(c);
    return at < row_.fields->size() ? (*row_.fields)[at] : std::string();
  }
  void say(Column c, std::string what, std::string expected) {
    is_wrong_ = true;
    problems_.errors.push_back(make_error(ErrorCode::kBadMission, std::move(what),
                                          {.source = source_,
                                           .byte_offset = row_.byte_offset,
                                           .line = row_.line,
                                           .field = std::string(kColumnNames.at(c))},
                                          std::move(expected)));
  }
  void read_names(const WorkedCase& c) {
    const auto reading = std::find_if(agreement_.readings.begin(), agreement_.readings.end(),
                                      [&](const Reading& r) { return r.id == c.reading; });
    if (reading == agreement_.readings.end())
      return say(kReading, "there is no reading \"" + c.reading + "\"", "base, or a [[reading]]");
    if (std::none_of(reading->provisions.begin(), reading->provisions.end(),
                     [&](const Provision& p) { return p.id == c.provision; }))
      say(kProvision, "there is no provision \"" + c.provision + "\"", "the id of a [[provision]]");
  }
  Instant time(Column c, const std::string& text) {
    if (const auto exact = parse_instant(text); exact.ok()) return *exact;
    const auto civil = parse_civil_time(text);
    if (civil.ok() && civil->day.year >= 1678 && civil->day.year <= 2261)
      return agreement_.civil_zone.to_instant(*civil);
    say(c, "\"" + text + "\" is not a time", "2025-04-19T18:00, or with Z or an offset");
    return {};
  }
  void read_when(Conduct& c) {
    c.when.start = time(kFrom, cell(kFrom));
    c.when.end = cell(kUntil).empty() ? c.when.start : time(kUntil, cell(kUntil));
    if (c.when.end < c.when.start) say(kUntil, "\"until\" lies before \"from\"", "a later time");
  }
  // "48.1 37.9", or "48.1 37.9 90 25001": 25,001 m from there at an azimuth of 90°.
  PlaceSample place(Column column) {
    const auto words = split(cell(column), ' ');
    if (words.empty()) return {};
    std::vector<double> v;
    for (const auto& w : words) v.push_back(number(w).value_or(1e9));
    const auto from = v.size() >= 2 ? LatLon::from_degrees(v[0], v[1])
                                    : Result<LatLon>(bad_input("two numbers are missing"));
    const bool is_pair = v.size() == 2;
    const bool is_moved = v.size() == 4 && v[2] >= 0 && v[2] < 360 && v[3] >= 0 && v[3] <= 2e6;
    if (!from.ok() || !(is_pair || is_moved)) {
      say(column, "\"" + cell(column) + "\" is not a place",
          "latitude and longitude, and perhaps azimuth and metres from there");
      return {};
    }
    return around(is_moved ? destination(*from, v[2], v[3]) : *from);
  }
  // "100", or "300x40": metres to the east and to the north, one sigma.
  PlaceSample around(LatLon at) {
    const auto sigmas = split(cell(kSigma), 'x');
    if (sigmas.empty()) return PlaceSample(std::vector<LatLon>{at});
    const auto east = number(sigmas.front());
    const auto north = number(sigmas.back());
    if (sigmas.size() > 2 || !east || !north || !(*east > 0 && *east < 1e6) ||
        !(*north > 0 && *north < 1e6)) {
      say(kSigma, "\"" + cell(kSigma) + "\" is not a spread", "metres, or EASTxNORTH");
      return {};
    }
    return PlaceSample(PointShape{at, *east * *east, *north * *north, 0}, kPlacesDrawn);
  }
  void read_act(Conduct& c) {
    if (!cell(kAct).empty()) {
      const auto act = act_from(cell(kAct));
      if (!act)
        say(kAct, "\"" + cell(kAct) + "\" is no act", "an act of docs/agreement-language.md");
      c.act = act.value_or(Act::kFire);
    }
    if (!cell(kDomain).empty()) {
      const auto domain = domain_from(cell(kDomain));
      if (!domain)
        say(kDomain, "\"" + cell(kDomain) + "\" is no domain",
            "land, sea, air, cyber or information");
      c.domain = domain.value_or(Domain::kLand);
    }
    const std::string name = cell(kEffect).empty() ? "explosion_undetermined" : cell(kEffect);
    const auto effect = effect_class_from(name);
    if (!effect)
      say(kEffect, "\"" + name + "\" is no class of effect", "a class of docs/glossary.md");
    if (c.act == Act::kFire)
      c.classes.push_back(
          ClassProbabilities::certain(effect.value_or(EffectClass::kExplosionUndetermined)));
    if (!cell(kCount).empty()) {
      const auto count = parse_count(cell(kCount));
      if (!count.ok()) return say(kCount, count.error().message, count.error().expected);
      c.count = interval_of(*count);
    }
    if (!cell(kReal).empty()) {
      const auto p = number(cell(kReal));
      if (!p || !(*p >= 0 && *p <= 1))
        say(kReal, "\"" + cell(kReal) + "\" is no probability", "a number from 0 to 1");
      c.p_real = p.value_or(1);
    }
  }
  // One that some provision names, and words of reports do not.
  bool is_named_system(const std::string& word) const {
    const auto names_it = [&](const std::vector<WeaponRule>& rules) {
      return std::any_of(rules.begin(), rules.end(),
                         [&](const WeaponRule& r) { return r.system == word; });
    };
    if (weapon_words(word) != WeaponWords{}) return false;
    return std::any_of(
        agreement_.readings.begin(), agreement_.readings.end(), [&](const Reading& r) {
          return std::any_of(r.provisions.begin(), r.provisions.end(),
                             [&](const Provision& p) { return names_it(p.weapons); });
        });
  }
  // "artillery 122mm", "rocket_artillery tornado-s", "artillery 100-122mm", "unknown".
  void read_weapons(Conduct& c) {
    Weapon w;
    const auto words = split(cell(kWeapon), ' ');
    if (!words.empty()) {
      const auto weapon = weapon_class_from(words.front());
      if (!weapon)
        say(kWeapon, "\"" + words.front() + "\" is no class of weapon",
            "a class of docs/glossary.md");
      w.weapon = weapon.value_or(WeaponClass::kUnknown);
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto dash = words[i].find('-');
      const auto low = number(words[i].substr(0, dash));
      if (low && dash != std::string::npos) {
        const auto high = weapon_words(words[i].substr(dash + 1)).calibre_mm;
        w.min_mm = *low;
        w.max_mm = high > 0 ? high : *low;
        continue;
      }
      if (is_named_system(words[i])) {
        w.system = words[i];
        continue;
      }
      const WeaponWords told = weapon_words(words[i]);
      if (told == WeaponWords{})
        say(kWeapon, "\"" + words[i] + "\" tells no calibre and no system", "122mm, or tornado-s");
      if (told.calibre_mm > 0) w.min_mm = w.max_mm = told.calibre_mm;
      if (!told.system.empty()) w.system = told.system;
    }
    c.weapons.push_back(w);
  }
  // "ua", or "ua=0.7 ru=0.2".
  void read_party(Conduct& c) {
    double sum = 0;
    for (const auto& word : split(cell(kParty), ' ')) {
      const auto equal = word.find('=');
      const std::string id = word.substr(0, equal);
      const auto p =
          equal == std::string::npos ? std::optional<double>(1) : number(word.substr(equal + 1));
      const bool known = std::any_of(agreement_.parties.begin(), agreement_.parties.end(),
                                     [&](const Party& party) { return party.id == id; });
      if (!known || !p || !(*p >= 0 && *p <= 1))
        say(kParty, "\"" + word + "\" is no party with its probability", "a party, or a=0.7 b=0.3");
      else
        sum += c.parties[id] = *p;
    }
    if (sum > 1 + 1e-9) say(kParty, "the probabilities come to more than one", "at most 1 in all");
  }
  // "offensive=yes notified=no ordered=claimed": claimed and not settled is anything from 0 to 1.
  void read_circumstances(Conduct& c) {
    for (const auto& word : split(cell(kCircumstances), ' ')) {
      const auto equal = word.find('=');
      const std::string said = equal == std::string::npos ? "yes" : word.substr(equal + 1);
      const auto p = number(said);
      Range range = Range::unknown();
      if (said == "yes" || said == "no")
        range = Range::of(said == "yes" ? 1 : 0);
      else if (p && *p >= 0 && *p <= 1)
        range = Range::of(*p);
      else if (said != "claimed")
        say(kCircumstances, "\"" + word + "\" is not settled one way",
            "NAME=yes, no, claimed or a probability");
      const std::string id = word.substr(0, equal);
      if (std::none_of(agreement_.circumstances.begin(), agreement_.circumstances.end(),
                       [&](const Circumstance& known) { return known.id == id; }))
        say(kCircumstances, "there is no circumstance \"" + id + "\"",
            "the id of a [[circumstance]]");
      c.circumstances[id] = range;
    }
  }
  // "demining 2026-03-02T06:00/2026-03-02T18:00 ZONE; …"
  void read_notices(WorkedCase& c) {
    for (const auto& text : split(cell(kNotices), ';')) {
      const auto words = split(text, ' ');
      const auto slash = words.size() == 3 ? words[1].find('/') : std::string::npos;
      const auto area = words.size() == 3 ? geometry_.areas.find(words[2]) : geometry_.areas.end();
      if (slash == std::string::npos || area == geometry_.areas.end()) {
        say(kNotices, "\"" + text + "\" is no notice",
            "KIND FROM/UNTIL AREA, the area one of geo/");
        continue;
      }
      Notice n;
      n.id = c.id + "-notice-" + std::to_string(c.notices.size() + 1);
      n.kind = words[0];
      n.when = {time(kNotices, words[1].substr(0, slash)),
                time(kNotices, words[1].substr(slash + 1))};
      n.shape = PolygonShape{area->second.rings()};
      c.notices.push_back(std::move(n));
    }
  }

  const CsvRow& row_;
  const std::array<std::size_t, kColumns>& at_;
  std::string source_;
  const Agreement& agreement_;
  const Geometry& geometry_;
  Problems& problems_;
  bool is_wrong_ = false;
};

// Without those that every case needs no row can be read.
std::optional<std::array<std::size_t, kColumns>> positions(const CsvRow& row,
                                                           std::string_view source,
                                                           Problems& problems) {
  std::array<std::size_t, kColumns> out{};
  out.fill(SIZE_MAX);
  const auto& header = *row.fields;
  const auto say = [&](std::string what, std::string expected) {
    problems.errors.push_back(make_error(ErrorCode::kBadMission, std::move(what),
                                         {.source = std::string(source), .line = row.line},
                                         std::move(expected)));
  };
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto it = std::find(kColumnNames.begin(), kColumnNames.end(), header[i]);
    if (it != kColumnNames.end()) {
      out.at(static_cast<std::size_t>(it - kColumnNames.begin())) = i;
      continue;
    }
    std::string list;
    for (const auto name : kColumnNames) list += (list.empty() ? "" : ", ") + std::string(name);
    say("\"" + header[i] + "\" is not a column of cases", "one of " + list);
  }
  bool is_whole = true;
  for (const Column c : {kCase, kProvision, kFrom, kExpect}) {
    if (out.at(c) != SIZE_MAX) continue;
    is_whole = false;
    say("there is no column \"" + std::string(kColumnNames.at(c)) + "\"",
        "case, provision, from and expect, and what else the cases need");
  }
  if (!is_whole) return std::nullopt;
  return out;
}

}  // namespace

std::vector<WorkedCase> parse_cases(std::string_view csv, std::string_view source,
                                    const Agreement& agreement, const Geometry& geometry,
                                    Problems& problems) {
  std::vector<WorkedCase> out;
  CsvReader reader(csv, std::string(source));
  std::optional<std::array<std::size_t, kColumns>> at;
  std::size_t columns = 0;
  const auto say = [&](const CsvRow& row, std::string what, std::string expected) {
    problems.errors.push_back(make_error(ErrorCode::kBadMission, std::move(what),
                                         {.source = std::string(source), .line = row.line},
                                         std::move(expected)));
  };
  while (auto row = reader.next()) {
    if (!row->ok()) {
      problems.errors.push_back(row->error());
      problems.errors.back().code = ErrorCode::kBadMission;
      continue;
    }
    if (!at) {
      at = positions(**row, source, problems);
      if (!at) break;
      columns = (**row).fields->size();
      continue;
    }
    if ((**row).fields->size() > columns) {
      say(**row, "the row has more cells than there are columns",
          "quotes around a cell that holds a comma");
      continue;
    }
    if (out.size() == kCasesMax) {
      say(**row, "there are too many cases", std::to_string(kCasesMax) + " at most");
      break;
    }
    auto read = Row(**row, *at, source, agreement, geometry, problems).read();
    if (!read) continue;
    if (std::any_of(out.begin(), out.end(), [&](const WorkedCase& c) { return c.id == read->id; }))
      say(**row, "there is a case \"" + read->id + "\" before", "an id of its own");
    out.push_back(*std::move(read));
  }
  return out;
}

std::vector<Outcome> work(const Judge& judge, const std::vector<WorkedCase>& cases) {
  std::vector<Outcome> out;
  for (const WorkedCase& c : cases) {
    const auto findings = judge.findings(c.conduct, c.notices);
    const auto it = std::find_if(findings.begin(), findings.end(), [&](const Finding& f) {
      return f.provision == c.provision && f.reading == c.reading;
    });
    Finding found;
    found.value = FindingValue::kNotApplicable;
    if (it != findings.end()) found = *it;
    const bool same =
        found.value == c.value && (c.missing.empty() || found.missing_fact == c.missing);
    out.push_back({&c, std::move(found), same});
  }
  return out;
}

Error contradiction(const Outcome& outcome, std::string_view source) {
  const WorkedCase& c = *outcome.of;
  std::string found(to_string(outcome.finding.value));
  if (!outcome.finding.missing_fact.empty()) found += " (" + outcome.finding.missing_fact + ")";
  for (const Reason& r : outcome.finding.reasons) found += "; " + r.fact + ": " + r.words;
  std::string worked(to_string(c.value));
  if (!c.missing.empty()) worked += " (" + c.missing + ")";
  return make_error(ErrorCode::kBadMission,
                    "case " + c.id + " was worked as " + worked + ", and is found " + found,
                    {.source = std::string(source), .line = c.line},
                    "a case and a provision (" + c.provision + ") that agree");
}

}  // namespace truce::judge
