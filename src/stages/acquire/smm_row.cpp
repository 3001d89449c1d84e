#include "stages/acquire/smm_row.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/units.h"
#include "stages/acquire/time_format.h"

namespace truce::acquire {

namespace {

constexpr double kTrainedMonitor = 0.97;  // the rest is left for what they mistake

struct PartOfDay {
  std::string_view word;
  int from_hour;
  int hours;
  TimeBasis basis;
};
constexpr std::array<PartOfDay, 4> kParts{{{"night", 18, 12, TimeBasis::kNight},
                                           {"morning", 6, 6, TimeBasis::kPartOfDay},
                                           {"afternoon", 12, 6, TimeBasis::kPartOfDay},
                                           {"evening", 17, 7, TimeBasis::kPartOfDay}}};

struct Time {
  Interval when;
  TimeBasis basis = TimeBasis::kReportingPeriod;
  bool ambiguous = false;
};

// "15 Aug 2017", "2017-08-15": the day itself. "22-23 Aug 2017" is the night between two days that
// follow one another, and nothing but a night: then the first of them.
std::optional<CivilDay> day_of(const std::vector<std::string_view>& words, bool night) {
  CivilDay day{};
  if (words.size() == 1) {
    const auto iso = parse_day(words[0]);
    if (!iso.ok()) return std::nullopt;
    day = *iso;
  } else if (words.size() == 3) {
    const auto dash = words[0].find('-');
    const auto first = parse_double(words[0].substr(0, dash));
    const auto year = parse_double(words[2]);
    if (!first || !year || !(*year >= 1700 && *year <= 2200) || !(*first >= 1 && *first <= 31)) {
      return std::nullopt;
    }
    day = {static_cast<int>(*year), month_of(words[1]), static_cast<int>(*first)};
    const auto next =
        dash == std::string_view::npos ? std::nullopt : parse_double(words[0].substr(dash + 1));
    if (dash != std::string_view::npos &&
        (!night || !is_valid(day) || !next || *next != add_days(day, 1).day))
      return std::nullopt;
  } else {
    return std::nullopt;
  }
  return is_valid(day) && in_years(day) ? std::optional(day) : std::nullopt;
}

// "14:20", to the minute.
std::optional<CivilTime> clock_of(CivilDay day, std::string_view text) {
  const auto t =
      parse_civil_time(to_text(day) + "T" + (text.size() == 4 ? "0" : "") + std::string(text));
  return t.ok() ? std::optional(*t) : std::nullopt;
}

// The end of the reporting period: a day means 19:30 of it.
Result<CivilTime> period_end(const std::string& as_of) {
  const auto wrong = [&](const char* why) {
    return bad_input("\"" + as_of.substr(0, 40) + "\" " + why, {.field = "as_of"},
                     "2017-08-16, or 2017-08-16T19:30; years from 1700 to 2200");
  };
  const auto day = parse_day(std::string_view(as_of).substr(0, 10));
  if (!day.ok()) return wrong("is not a day or a time");
  if (!in_years(*day)) return wrong("is out of range");
  if (as_of.size() <= 10) return CivilTime{*day, 19, 30};
  const auto stated = parse_civil_time(as_of);
  if (!stated.ok()) return wrong("is not a day or a time");
  return *stated;
}

// "night 22-23 Aug 2017", "evening 15 Aug 2017", "15 Aug 2017 14:20", "2017-08-15T14:20",
// "15 Aug 2017"; without any, the day before the as-of time.
Result<Time> time_of(const std::string& text, const std::string& as_of, const Zone& zone) {
  // It counts where the row has no time of its own; where it has, it may be missing but not wrong.
  CivilTime end;
  if (text.empty() || !as_of.empty()) {
    TRUCE_TRY(stated, period_end(as_of));
    end = stated;
  }
  if (text.empty()) {
    CivilTime start = end;
    start.day = add_days(end.day, -1);
    return Time{{zone.to_instant(start), zone.to_instant(end)}, TimeBasis::kReportingPeriod};
  }
  const std::string lower = lower_ascii(text);
  auto words = split(lower, lower.find('t') == 10 ? 't' : ' ');
  const auto part = std::find_if(kParts.begin(), kParts.end(),
                                 [&](const PartOfDay& p) { return p.word == words[0]; });
  const bool has_part = part != kParts.end();
  if (has_part) words.erase(words.begin());
  const bool has_clock = !has_part && words.back().find(':') != std::string_view::npos;
  const std::string_view clock = has_clock ? words.back() : std::string_view();
  if (has_clock) words.pop_back();
  const auto day = day_of(words, has_part && part->basis == TimeBasis::kNight);
  if (day && has_clock) {
    if (const auto t = clock_of(*day, clock)) {
      const Interval both = zone.readings(*t);
      return Time{
          {both.start, both.end + Duration::minutes(1)}, TimeBasis::kStated, both.start < both.end};
    }
  } else if (day && has_part) {
    const int end_hour = part->from_hour + part->hours;
    return Time{{zone.to_instant({*day, part->from_hour}),
                 zone.to_instant({add_days(*day, end_hour / 24), end_hour % 24})},
                part->basis};
  } else if (day) {
    return Time{day_interval(*day, zone), TimeBasis::kDay};
  }
  const bool two_days = words.size() == 3 && words[0].find('-') != std::string_view::npos;
  return bad_input("\"" + text + "\" " +
                       (two_days ? "names two days and is not the night between them"
                                 : "is not a time of the form used in reports"),
                   {.field = "when"},
                   "night 22-23 Aug 2017, evening 15 Aug 2017, or 2017-08-15 14:20");
}

Result<EffectClass> class_of(const std::string& what, const std::string& kind) {
  if (what == "explosion") {
    if (kind.empty() || kind == "undetermined") return EffectClass::kExplosionUndetermined;
    if (const auto c = effect_class_from("explosion_" + kind)) return *c;
  }
  if (what == "muzzle flash") return EffectClass::kMuzzleFlash;
  if (what == "illumination flare" || what == "flare") return EffectClass::kIlluminationFlare;
  if (what == "bursts and shots") return EffectClass::kBurstsAndShots;
  if (const auto c = effect_class_from(what); c && counts_as_violation(*c)) return *c;
  return bad_input("\"" + what + (kind.empty() ? "" : ", " + kind) + "\" is not a kind of effect",
                   {.field = "items"},
                   "explosion, projectile, muzzle flash, illumination flare, burst, shot");
}

Result<Item> item_of(const SmmItem& in) {
  Item item;
  TRUCE_TRY(count, parse_count(in.n));
  item.count = count;
  TRUCE_TRY(effect, class_of(in.what, in.cls));
  item.classes = ClassProbabilities::certain(effect);
  item.kind = in.kind;
  item.weapon_text = in.weapon;
  if (in.weapon == "small arms") item.weapon = WeaponClass::kSmallArms;
  for (const auto& [word, field] : {std::pair{&in.from, &item.from_deg}, {&in.to, &item.to_deg}}) {
    if (word->empty()) continue;
    TRUCE_TRY(deg, parse_compass_deg(*word));
    *field = deg;
  }
  if (in.after_minutes) item.after_s = *in.after_minutes * 60;
  return item;
}

std::optional<LatLon> by_name(const std::string& name, const Context& context) {
  for (const auto& s : context.sources) {
    if (s.name == name && s.at) return s.at;
  }
  for (const auto& g : context.gazetteer) {
    if (g.name == name) return g.at;
  }
  return std::nullopt;
}

// Where the observer stood, and by how much a description may be off (its kilometres are rounded).
struct Position {
  LatLon at;
  double sigma_m = 0;
};
std::optional<Position> position_of(const SmmRow& row, const Context& context,
                                    std::vector<std::string>& flags) {
  if (const auto at = by_name(row.position, context)) return Position{*at, 0};
  const auto described = parse_place_description(row.position_place);
  const auto from = described ? by_name(described->of, context) : std::nullopt;
  const auto azimuth = described ? parse_compass_deg(described->direction) : Result<double>(0.0);
  if (!from || !azimuth.ok()) {
    flags.emplace_back("position_unknown");
    return std::nullopt;
  }
  flags.emplace_back("position_from_description");
  const double distance_m = described->distance_km * 1000;
  return Position{destination(*from, *azimuth, distance_m),
                  300 + distance_m * to_radians(11.25) / 2};
}

Result<Shape> shape_of(const std::vector<std::string>& bearings,
                       const std::optional<SmmRange>& range, const SmmRow& row,
                       const Context& context, std::vector<std::string>& flags) {
  const std::vector<std::string_view> words(bearings.begin(), bearings.end());
  TRUCE_TRY(wedge, parse_compass_wedge(words.data(), words.size()));
  if (!range) return Shape(Nowhere{});
  const auto position = position_of(row, context, flags);
  if (!position) return Shape(Nowhere{});
  return Shape(AnnularSector{position->at, range->low_km * 1000, range->high_km * 1000,
                             wedge.azimuth_deg, wedge.half_width_deg,
                             std::hypot(kRangeEdgeM, position->sigma_m), kWedgeEdgeDeg});
}

Status split_row(const SmmRow& row, const Observation& whole, const Context& context,
                 std::vector<Observation>& out) {
  if (whole.items.size() != 1)
    return bad_input("a split of more than one item", {.field = "split"}, "one item");
  Count left = whole.items.front().count;
  for (const auto& part : row.split) {
    Observation o = whole;
    if (part.n == "remainder") {
      o.items.front().count = left;
    } else {
      TRUCE_TRY(n, parse_count(part.n));
      o.items.front().count = n;
      TRUCE_TRY(rest, subtract(left, n));
      left = rest;
    }
    TRUCE_TRY(shape, shape_of(part.bearings, part.range, row, context, o.flags));
    o.shape = shape;
    out.push_back(std::move(o));
  }
  return done();
}

}  // namespace

Result<std::vector<Observation>> observations_of(const SmmRow& row, const Context& context) {
  Observation o;
  o.source = context.feed;
  o.position = row.position;
  o.time_text = row.when;
  TRUCE_TRY(time, time_of(row.when, row.as_of, context.zone));
  o.when = time.when;
  o.time_basis = time.basis;
  if (time.ambiguous) o.flags.emplace_back(kTimeAmbiguous);
  o.ordered = row.ordered;
  for (const auto& m : row.means)
    o.means.push_back(m == "camera" ? Means::kRecorded : means_from(m).value_or(Means::kUnknown));
  if (row.items.empty())
    return bad_input("the row has no items", {.field = "items"}, "a list of what was observed");
  for (const auto& item : row.items) {
    TRUCE_TRY(i, item_of(item));
    o.items.push_back(std::move(i));
  }
  o.p_real = kTrainedMonitor;
  o.text = row.text;
  if (!row.split.empty()) {
    std::vector<Observation> out;
    TRUCE_CHECK_OK(split_row(row, o, context, out));
    return out;
  }
  TRUCE_TRY(shape, shape_of(row.bearings, row.range, row, context, o.flags));
  o.shape = shape;
  return std::vector<Observation>{std::move(o)};
}

Result<SmmRange> parse_range_km(std::string_view text) {
  const auto dash = text.find('-');
  const auto low = parse_double(trim(text.substr(0, dash)));
  const auto high =
      dash == std::string_view::npos ? low : parse_double(trim(text.substr(dash + 1)));
  if (low && high && *low >= 0 && *high >= *low && *high < 20'000) return SmmRange{*low, *high};
  return bad_input("the range is not two ascending numbers", {.field = "range_km"},
                   "from and to in kilometres");
}

std::optional<PlaceDescription> parse_place_description(std::string_view text) {
  const auto words = split(trim(text), ' ');
  if (words.size() < 5 || words[1] != "km" || words[3] != "of") return std::nullopt;
  const auto distance = parse_double(words[0]);
  if (!distance || *distance < 0 || *distance > 1000 || !parse_compass_deg(words[2]).ok()) {
    return std::nullopt;
  }
  const auto of = text.find(" of ");
  return PlaceDescription{*distance, std::string(words[2]), std::string(trim(text.substr(of + 4)))};
}

void PositionBook::note(const SmmRow& row) {
  if (!row.position.empty() && !row.position_place.empty())
    ++described_[row.position][row.position_place];
}

std::optional<std::string> PositionBook::contradicted_by(const SmmRow& row) const {
  const auto position = described_.find(row.position);
  if (position == described_.end() || row.position_place.empty()) return std::nullopt;
  const auto own = position->second.find(row.position_place);
  const std::pair<const std::string, int>* most = nullptr;
  for (const auto& other : position->second) {
    if (other.first != row.position_place && (most == nullptr || other.second > most->second))
      most = &other;
  }
  if (own == position->second.end() || most == nullptr || most->second < own->second)
    return std::nullopt;
  return most->first;
}

}  // namespace truce::acquire
