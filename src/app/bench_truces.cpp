// What the feeds say around each truce of a list: alerts, reports, fires and deaths per day, what
// the parties claimed, and whether their totals follow from their parts. Which feeds a case is held
// against stands in the list itself; a month that a feed's file does not cover is "no data", never
// zero.

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <set>

#include "app/assemble.h"
#include "app/bench.h"
#include "base/files.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;
namespace dom = simdjson::dom;

constexpr int kDaysAround = 3;
constexpr int kDaysMax = 45;  // of a window; a truce without an end is shown that far

constexpr const char* kAlertMapping =
    "class = \"alert\"\nmeans = \"recorded\"\nupstream = { column = \"rid\" }\n"
    "[time]\nstart = [\"date\", \"time\"]\nformat = \"%d.%m.%Y %H:%M:%S\"\n";

struct FeedKind {
  const char* folder;  // under conflict/, and as the list of cases names it
  const char* format;
  const char* zone;  // of local times, and of the days counted
  const char* mapping;
  const char* unit;
};
// In the order of their names, as the output lists them.
constexpr std::array<FeedKind, 6> kFeeds{{
    {"firms_ua", "firms", "UTC", "", "fires seen from space"},
    {"firms_ua_points", "firms", "UTC", "", "fires seen from space"},
    {"israel_alerts", "csv", "Asia/Jerusalem", kAlertMapping, "alert rows"},
    {"sirens_ua", "sirens", "UTC", "", "alert starts"},
    {"ucdp_ged_ua", "ucdp", "UTC", "", "fatal events"},
    {"viina_ua", "viina", "UTC", "", "reports of strikes"},
}};

// What one file holds, per day.
struct Series {
  std::string file;
  std::string unit;
  std::map<CivilDay, std::int64_t> days;
  std::vector<Instant> times;  // of what is counted, where the file states times and not days
  std::map<std::pair<int, int>, std::set<int>> months;  // days of each on which it has any row
  bool covers(CivilDay day) const;
  std::map<CivilDay, std::vector<std::string>> stuck;
  std::int64_t rejected = 0;
};

// A month is covered when the file has rows on at least a quarter as many of its days as in its
// median month: a row that strayed over midnight from the month after does not cover a month.
bool Series::covers(CivilDay day) const {
  const auto it = months.find({day.year, day.month});
  if (it == months.end()) return false;
  std::vector<std::size_t> active;
  for (const auto& [month, on] : months) active.push_back(on.size());
  const auto middle = active.begin() + static_cast<std::ptrdiff_t>(active.size() / 2);
  std::nth_element(active.begin(), middle, active.end());
  const auto& [first_month, first_days] = *months.begin();
  const auto& [last_month, last_days] = *months.rbegin();
  const bool before = day < CivilDay{first_month.first, first_month.second, *first_days.begin()};
  const bool after = CivilDay{last_month.first, last_month.second, *last_days.rbegin()} < day;
  return it->second.size() * 4 >= *middle && !before && !after;
}

bool is_strike_report(const Observation& o) {
  const auto w = o.items.front().weapon;
  return w == WeaponClass::kAircraft || w == WeaponClass::kArtillery || w == WeaponClass::kUav;
}

class Counter : public acquire::Sink {
 public:
  Counter(Series& out, const Zone& zone, bool strikes_only)
      : out_(out), zone_(zone), strikes_only_(strikes_only) {}
  void record(Entry entry) override {
    if (entry.kind == EntryKind::kRejected) ++out_.rejected;
    if (entry.kind != EntryKind::kObservation) return;
    const auto o = from_json<Observation>(entry.payload);
    if (!o.ok()) return;
    // A publication's day is the day it was published; its interval reaches back before it.
    const Instant at = o->time_basis == TimeBasis::kPublication ? o->when.end : o->when.start;
    last_ = zone_.to_civil(at).day;
    out_.months[{last_.year, last_.month}].insert(last_.day);
    if (!strikes_only_ || is_strike_report(*o)) {
      ++out_.days[last_];
      if (o->time_basis == TimeBasis::kStated) out_.times.push_back(at);
    }
    for (auto& text : pending_) out_.stuck[last_].push_back(std::move(text));
    pending_.clear();
  }
  void complain(acquire::Complaint c) override {
    if (c.kind == "stuck_alert") pending_.push_back(std::move(c.text));
  }

 private:
  Series& out_;
  const Zone& zone_;
  bool strikes_only_;
  CivilDay last_;
  std::vector<std::string> pending_;  // complaints come before their record
};

bool is_table(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.find(".csv") != std::string::npos;
}

std::vector<fs::path> tables_in(const fs::path& folder) {
  std::vector<fs::path> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_table(entry.path())) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<Series> read_series(const fs::path& file, const FeedKind& kind) {
  Series out;
  out.file = std::string(kind.folder) + "/" + file.filename().string();
  out.unit = kind.unit;
  TRUCE_TRY(bytes, read_file(file));
  TRUCE_TRY(zone, Zone::find(kind.zone));
  acquire::Context context;
  context.feed = kind.folder;
  context.file = out.file;
  context.zone = zone;
  context.mapping = kind.mapping;
  Counter counter(out, zone, std::string_view(kind.format) == "viina");
  TRUCE_CHECK_OK(acquire::find_format(kind.format)->read(bytes, context, counter));
  return out;
}

struct Case {
  std::string id, title, truth;
  std::optional<Instant> start, other_start, end;
};

Result<std::vector<Case>> cases_of(const fs::path& file) {
  TRUCE_TRY(bytes, read_file(file));
  dom::parser parser;
  dom::array list;
  if (const auto e = parser.parse(bytes.data(), bytes.size()).get_array().get(list)) {
    return bad_input(std::string("not a list of cases: ") + simdjson::error_message(e),
                     {.source = file.string()}, "a JSON array");
  }
  std::vector<Case> out;
  for (const auto& item : list) {
    const auto text = [&](const char* key) {
      std::string_view v;
      return item[key].get_string().get(v) ? std::string() : std::string(v);
    };
    const auto time = [&](const char* key) -> Result<std::optional<Instant>> {
      const std::string t = text(key);
      if (t.empty()) return std::optional<Instant>();
      const auto at = parse_instant(t);
      if (at.ok()) return std::optional(*at);
      Error e = at.error();
      e.place = {.source = file.string(), .field = text("case_id") + "." + key};
      return e;
    };
    Case c{text("case_id"), text("title"), text("truth"), {}, {}, {}};
    TRUCE_TRY(start, time("start_utc"));
    TRUCE_TRY(other, time("alternative_start_utc"));
    TRUCE_TRY(end, time("end_utc"));
    c.start = start;
    c.other_start = other;
    c.end = end;
    if (c.start) out.push_back(std::move(c));
  }
  return out;
}

// Whether a text names the word whole: "viina_ua" in "viina_ua 202504", not in "viina_uax".
bool names(std::string_view text, std::string_view word) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])))
      return true;
  }
  return false;
}

// Per 24 hours, over the days or hours that the file covers.
struct Rate {
  double sum = 0;
  double days = 0;
  void put(JsonWriter& w) const {
    if (days > 0) {
      w.number(sum / days);
    } else {
      w.string("no data");
    }
  }
};

double count_in(const std::vector<Instant>& times, const Interval& when) {
  return static_cast<double>(
      std::count_if(times.begin(), times.end(), [&](Instant t) { return when.contains(t); }));
}
double days_of(const Interval& when) { return when.length().in_seconds() / 86400; }

// Where the file states times, the window is taken to the second; else by whole days, and a day on
// the window's edge belongs to neither side.
void put_series(JsonWriter& w, const Case& c, const Series& s, const Zone& zone) {
  const Instant end = c.end.value_or(*c.start + Duration::days(kDaysMax));
  const CivilDay first = add_days(zone.to_civil(*c.start).day, -kDaysAround);
  const auto length =
      days_from_epoch(zone.to_civil(end).day) + kDaysAround - days_from_epoch(first);
  const int days = static_cast<int>(std::min<std::int64_t>(length, kDaysMax + 2 * kDaysAround)) + 1;
  Rate inside, outside;
  bool is_whole = true;  // every day is covered
  std::vector<std::string> stuck;
  w.begin_object();
  w.key("days").begin_object();
  for (int d = 0; d < days; ++d) {
    const CivilDay day = add_days(first, d);
    w.key(to_text(day));
    if (!s.covers(day)) {
      is_whole = false;
      w.string("no data");
      continue;
    }
    const auto it = s.days.find(day);
    const std::int64_t n = it == s.days.end() ? 0 : it->second;
    w.integer(n);
    const Interval whole{zone.to_instant({day}), zone.to_instant({add_days(day, 1)})};
    const bool is_inside = whole.start >= *c.start && whole.end <= end;
    const bool is_outside = whole.end <= *c.start || whole.start >= end;
    if (is_inside) inside = {inside.sum + static_cast<double>(n), inside.days + 1};
    if (is_outside) outside = {outside.sum + static_cast<double>(n), outside.days + 1};
    if (const auto found = s.stuck.find(day); found != s.stuck.end())
      stuck.insert(stuck.end(), found->second.begin(), found->second.end());
  }
  w.end_object();
  if (is_whole && !s.times.empty()) {
    const Interval window{*c.start, end};
    const Interval before{zone.to_instant({first}), *c.start};
    const Interval after{end, zone.to_instant({add_days(first, days)})};
    inside = {count_in(s.times, window), days_of(window)};
    outside = {count_in(s.times, before) + count_in(s.times, after),
               days_of(before) + days_of(after)};
  }
  w.key("inside_per_24h");
  inside.put(w);
  w.key("outside_per_24h");
  outside.put(w);
  w.key("stuck").begin_array();
  for (const auto& text : stuck) w.string(text);
  w.end_array();
  w.key("unit").string(s.unit);
  w.end_object();
}

struct Claims : acquire::Sink {
  std::vector<Claim> all;
  void record(Entry e) override {
    if (e.kind != EntryKind::kClaim) return;
    if (auto c = from_json<Claim>(e.payload); c.ok()) all.push_back(*std::move(c));
  }
  void complain(acquire::Complaint) override {}
};

Result<std::vector<Claim>> read_claims(const fs::path& file) {
  Claims sink;
  if (!fs::exists(file)) return std::move(sink.all);
  TRUCE_TRY(bytes, read_file(file));
  acquire::Context context;
  context.feed = "claims";
  context.file = file.filename().string();
  TRUCE_CHECK_OK(acquire::find_format("claims")->read(bytes, context, sink));
  return std::move(sink.all);
}

void put_claims(JsonWriter& w, const std::vector<Claim>& claims) {
  w.begin_array();
  for (const auto& c : claims) {
    w.begin_object();
    w.key("as_of").string(to_text(c.as_of));
    w.key("by").string(c.claimant);
    w.key("count").string(to_text(c.count));
    w.key("metric").string(c.metric);
    w.end_object();
  }
  w.end_array();
}

}  // namespace

Status bench_truces(const fs::path& dir, std::ostream& out) {
  const fs::path conflict = dir / "conflict";
  TRUCE_TRY(cases, cases_of(conflict / "truce_cases/cases.json"));
  TRUCE_TRY(claims, read_claims(conflict / "truce_cases/truce_claims.csv"));
  std::map<std::string, std::vector<Series>> read;  // by folder; each file once
  for (const auto& c : cases) {
    std::string line;
    JsonWriter w(line);
    w.begin_object();
    w.key("case").string(c.id);
    std::vector<Claim> own;
    std::copy_if(claims.begin(), claims.end(), std::back_inserter(own),
                 [&](const Claim& x) { return x.topic == c.id; });
    w.key("claim_notes").begin_array();
    for (const auto& note : claim_notes(own)) w.string(note);
    w.end_array();
    w.key("claims");
    put_claims(w, own);
    w.key("end");
    c.end ? w.string(to_text(*c.end)) : w.null();
    w.key("feeds").begin_object();
    for (const auto& kind : kFeeds) {
      if (!names(c.truth, kind.folder)) continue;
      auto& series = read[kind.folder];
      if (series.empty()) {
        for (const auto& file : tables_in(conflict / kind.folder)) {
          auto s = read_series(file, kind);
          if (s.ok()) {
            series.push_back(*std::move(s));
          } else {
            std::cerr << s.error().to_text() << "\n";
          }
        }
      }
      TRUCE_TRY(zone, Zone::find(kind.zone));
      w.key(kind.folder).begin_object();
      for (const auto& s : series) {
        // A feed of monthly files: only those that can say something of these days.
        const CivilDay first = add_days(zone.to_civil(*c.start).day, -kDaysAround);
        const CivilDay last = add_days(
            zone.to_civil(c.end.value_or(*c.start + Duration::days(kDaysMax))).day, kDaysAround);
        const bool near = std::any_of(s.months.begin(), s.months.end(), [&](const auto& m) {
          return m.first >= std::pair(first.year, first.month) &&
                 m.first <= std::pair(last.year, last.month);
        });
        if (!near) continue;
        w.key(s.file.substr(s.file.find('/') + 1));
        put_series(w, c, s, zone);
      }
      w.end_object();
    }
    w.end_object();
    w.key("starts").begin_array().string(to_text(*c.start));
    if (c.other_start) w.string(to_text(*c.other_start));
    w.end_array();
    w.key("title").string(c.title);
    w.end_object();
    out << line << "\n";
  }
  return done();
}

}  // namespace truce::app
