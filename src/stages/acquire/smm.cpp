// Violation rows as the annexes of OSCE SMM reports have them, as a JSON array: who observed from
// where, a range and compass words, ordered items, and times that are often only a part of the day.
//
// The position is a name. Its coordinates come from the mission's sources or gazetteer; when
// neither knows it, the place stays unknown and the row says so. Nothing is guessed.

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/units.h"
#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

namespace dom = simdjson::dom;

// Monitors round ranges to kilometres and directions to sixteen winds.
constexpr double kRangeEdgeM = 500;
constexpr double kWedgeEdgeDeg = 6;

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
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

std::string get_text(const dom::element& e, const char* key) {
  std::string_view v;
  if (e[key].get_string().get(v)) return {};
  return std::string(v);
}

std::vector<std::string> get_texts(const dom::element& e, const char* key) {
  dom::element v;
  if (e[key].get(v) || v.is_null()) return {};
  if (v.is_string()) return {get_text(e, key)};
  std::vector<std::string> out;
  dom::array list;
  if (v.get_array().get(list)) return out;
  for (const auto& item : list) {
    std::string_view s;
    if (!item.get_string().get(s)) out.emplace_back(s);
  }
  return out;
}

Result<Count> get_count(const dom::element& e, const char* key) {
  dom::element v;
  if (e[key].get(v)) return bad_input("an item without a number", {.field = key}, "a count");
  std::int64_t n = 0;
  if (!v.get_int64().get(n) && n >= 0) return Count::exact(n);
  std::string_view s;
  if (v.get_string().get(s))
    return bad_input("an item's number is neither a figure nor words", {.field = key}, "a count");
  return parse_count(s);
}

struct Time {
  Interval when;
  TimeBasis basis = TimeBasis::kReportingPeriod;
};

// "night 22-23 Aug 2017", "evening 15 Aug 2017"; without one, the day before the as-of time.
Result<Time> time_of(const std::string& text, const std::string& as_of, const Zone& zone) {
  if (text.empty()) {
    TRUCE_TRY(day, parse_day(std::string_view(as_of).substr(0, 10)));
    CivilTime end{day, 19, 30};
    if (as_of.size() > 10) {
      TRUCE_TRY(stated, parse_civil_time(as_of));
      end = stated;
    }
    CivilTime start = end;
    start.day = add_days(end.day, -1);
    return Time{{zone.to_instant(start), zone.to_instant(end)}, TimeBasis::kReportingPeriod};
  }
  const std::string lower = lower_ascii(text);
  const auto words = split(lower, ' ');
  const auto fail = [&] {
    return bad_input("\"" + text + "\" is not a time of the form used in reports",
                     {.field = "when"}, "night 22-23 Aug 2017, or evening 15 Aug 2017");
  };
  if (words.size() != 4) return fail();
  const auto part = std::find_if(kParts.begin(), kParts.end(),
                                 [&](const PartOfDay& p) { return p.word == words[0]; });
  const auto month = std::find(kMonths.begin(), kMonths.end(), words[2].substr(0, 3));
  const auto first = parse_double(words[1].substr(0, words[1].find('-')));
  const auto year = parse_double(words[3]);
  if (part == kParts.end() || month == kMonths.end() || !first || !year) return fail();
  const CivilDay day{static_cast<int>(*year), static_cast<int>(month - kMonths.begin()) + 1,
                     static_cast<int>(*first)};
  if (*year < 1 || *year > 9999 || !is_valid(day)) return fail();
  const Instant start = zone.to_instant({day, part->from_hour});
  const int end_hour = part->from_hour + part->hours;
  const Instant end = zone.to_instant({add_days(day, end_hour / 24), end_hour % 24});
  return Time{{start, end}, part->basis};
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

Result<Item> item_of(const dom::element& e) {
  Item item;
  TRUCE_TRY(count, get_count(e, "n"));
  item.count = count;
  TRUCE_TRY(effect, class_of(get_text(e, "what"), get_text(e, "class")));
  item.classes = ClassProbabilities::certain(effect);
  item.kind = get_text(e, "kind");
  item.weapon_text = get_text(e, "weapon");
  if (item.weapon_text == "small arms") item.weapon = WeaponClass::kSmallArms;
  for (const auto& [key, field] :
       {std::pair{"from", &item.from_deg}, std::pair{"to", &item.to_deg}}) {
    const std::string word = get_text(e, key);
    if (word.empty()) continue;
    TRUCE_TRY(deg, parse_compass_deg(word));
    *field = deg;
  }
  double minutes = 0;
  if (!e["after_minutes"].get_double().get(minutes)) item.after_s = minutes * 60;
  return item;
}

std::optional<LatLon> position_at(const std::string& name, const Context& context) {
  for (const auto& s : context.sources) {
    if (s.name == name && s.at) return s.at;
  }
  for (const auto& g : context.gazetteer) {
    if (g.name == name) return g.at;
  }
  return std::nullopt;
}

Result<Shape> shape_of(const dom::element& e, const std::string& position, const Context& context,
                       std::vector<std::string>& flags) {
  const auto words = get_texts(e, "bearing");
  dom::array range;
  double low = 0;
  double high = 0;
  const bool has_range = !e["range_km"].get_array().get(range);
  if (has_range && (range.size() != 2 || range.at(0).get_double().get(low) ||
                    range.at(1).get_double().get(high) || low < 0 || high < low)) {
    return bad_input("the range is not two ascending numbers", {.field = "range_km"},
                     "[from, to] in kilometres");
  }
  std::vector<std::string_view> views(words.begin(), words.end());
  TRUCE_TRY(wedge, parse_compass_wedge(views.data(), views.size()));
  if (!has_range) return Shape(Nowhere{});
  const auto at = position_at(position, context);
  if (!at) {
    flags.push_back("position_unknown");
    return Shape(Nowhere{});
  }
  return Shape(AnnularSector{*at, low * 1000, high * 1000, wedge.azimuth_deg, wedge.half_width_deg,
                             kRangeEdgeM, kWedgeEdgeDeg});
}

// Parts of one count seen in different directions; "remainder" is what the whole leaves.
Status split_rows(const dom::element& e, const Observation& whole, const std::string& position,
                  const Context& context, std::vector<Observation>& out) {
  dom::array parts;
  if (e["split"].get_array().get(parts)) {
    out.push_back(whole);
    return done();
  }
  if (whole.items.size() != 1)
    return bad_input("a split of more than one item", {.field = "split"}, "one item");
  Count left = whole.items.front().count;
  for (const auto& part : parts) {
    Observation o = whole;
    if (get_text(part, "n") == "remainder") {
      o.items.front().count = left;
    } else {
      TRUCE_TRY(n, get_count(part, "n"));
      o.items.front().count = n;
      TRUCE_TRY(rest, subtract(left, n));
      left = rest;
    }
    TRUCE_TRY(shape, shape_of(part, position, context, o.flags));
    o.shape = shape;
    out.push_back(std::move(o));
  }
  return done();
}

Result<std::vector<Observation>> rows_of(const dom::element& e, const Context& context) {
  Observation o;
  o.source = context.feed;
  o.position = get_text(e, "position");
  o.time_text = get_text(e, "when");
  TRUCE_TRY(time, time_of(o.time_text, get_text(e, "as_of"), context.zone));
  o.when = time.when;
  o.time_basis = time.basis;
  bool ordered = false;
  if (!e["ordered"].get_bool().get(ordered)) o.ordered = ordered;
  for (const auto& m : get_texts(e, "means"))
    o.means.push_back(m == "camera" ? Means::kRecorded : means_from(m).value_or(Means::kUnknown));
  dom::array items;
  if (e["items"].get_array().get(items) || items.size() == 0)
    return bad_input("the row has no items", {.field = "items"}, "a list of what was observed");
  for (const auto& item : items) {
    TRUCE_TRY(i, item_of(item));
    o.items.push_back(std::move(i));
  }
  o.p_real = 0.97;  // trained monitors; the rest is left for what they mistake
  o.text = get_text(e, "case");
  TRUCE_TRY(shape, shape_of(e, o.position, context, o.flags));
  o.shape = shape;
  std::vector<Observation> out;
  TRUCE_CHECK_OK(split_rows(e, o, o.position, context, out));
  return out;
}

// The text of each element of the outermost array, by counting brackets outside of strings; the
// parser has already accepted the whole.
std::vector<Span> element_spans(std::string_view bytes) {
  std::vector<Span> out;
  int depth = 0;
  bool in_string = false;
  std::uint64_t line = 1;
  Span span;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n') ++line;
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (depth++ == 1) span = {line, i, {}};
    } else if (c == '}' || c == ']') {
      if (--depth == 1) {
        span.bytes = bytes.substr(span.offset, i + 1 - span.offset);
        out.push_back(span);
      }
    }
  }
  return out;
}

}  // namespace

Status read_smm_json(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("smm-json", context, sink);
  dom::parser parser;
  dom::element root;
  dom::array rows;
  if (const auto e = parser.parse(bytes.data(), bytes.size()).get(root)) {
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e),
                     {.source = context.file}, "a JSON array of rows");
  }
  if (root.get_array().get(rows))
    return bad_input("is not an array", {.source = context.file}, "a JSON array of rows");
  const auto spans = element_spans(bytes);
  if (spans.size() != rows.size()) {
    emit.reject(bad_input(std::to_string(rows.size() - std::min(rows.size(), spans.size())) +
                              " elements of the array are not rows",
                          {}, "objects only"),
                {1, 0, bytes.substr(0, 256)});
  }
  for (const Span& span : spans) {
    dom::parser row_parser;
    dom::element row;
    if (row_parser.parse(span.bytes.data(), span.bytes.size()).get(row)) continue;
    auto made = row.is_object()
                    ? rows_of(row, context)
                    : Result<std::vector<Observation>>(bad_input("a row is not an object"));
    if (!made.ok())
      emit.reject(made.error(), span);
    else
      for (auto& o : *made) emit.observation(std::move(o), span);
  }
  return done();
}

}  // namespace truce::acquire
