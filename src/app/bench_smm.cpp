#include <simdjson.h>

#include <iostream>
#include <map>

#include "app/bench.h"
#include "base/files.h"
#include "base/json.h"
#include "model/json.h"
#include "stages/acquire/acquire.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;
namespace dom = simdjson::dom;

struct Read : acquire::Sink {
  std::vector<Observation> observations;
  std::vector<StatedTotal> totals;
  std::int64_t rejected = 0;
  std::map<std::string, std::vector<std::string>> complaints;  // texts by kind
  void record(Entry e) override {
    if (e.kind == EntryKind::kRejected) ++rejected;
    if (e.kind == EntryKind::kObservation) {
      if (auto o = from_json<Observation>(e.payload); o.ok()) observations.push_back(*std::move(o));
    }
    if (e.kind == EntryKind::kStatedTotal) {
      if (auto t = from_json<StatedTotal>(e.payload); t.ok()) totals.push_back(*std::move(t));
    }
  }
  void complain(acquire::Complaint c) override { complaints[c.kind].push_back(std::move(c.text)); }
};

const Zone& kyiv() {
  static const Zone kZone = Zone::find("Europe/Kyiv").value_or(Zone::utc());
  return kZone;
}

// nullopt: there is no such file, which is said.
Result<std::optional<Read>> read(const fs::path& file, const char* format) {
  if (!fs::exists(file)) {
    std::cerr << "no data: " << file.string() << "\n";
    return std::optional<Read>();
  }
  TRUCE_TRY(bytes, read_file(file));
  acquire::Context context;
  context.feed = "smm";
  context.file = file.filename().string();
  context.zone = kyiv();
  Read out;
  TRUCE_CHECK_OK(acquire::find_format(format)->read(bytes, context, out));
  return std::optional<Read>(std::move(out));
}

void put(JsonWriter& w, const CountInterval& n) {
  if (!n.unbounded && n.low == n.high) {
    w.integer(n.low);
    return;
  }
  w.begin_object().key("best").integer(n.best);
  if (!n.unbounded) w.key("high").integer(n.high);
  w.key("low").integer(n.low).end_object();
}

void texts(JsonWriter& w, const std::vector<std::string>& list) {
  w.begin_array();
  for (const auto& t : list) w.string(t);
  w.end_array();
}

// One line per row of a report: what it counts, in the identities of published reports.
Status rows(const fs::path& dir, std::ostream& out) {
  TRUCE_TRY(r, read(dir / "smm/rows.json", "smm-json"));
  if (!r) return done();
  std::vector<std::string> order;
  std::map<std::string, std::vector<const Observation*>> cases;
  for (const auto& o : r->observations) {
    if (cases[o.text].empty()) order.push_back(o.text);
    cases[o.text].push_back(&o);
  }
  for (const auto& name : order) {
    std::array<CountInterval, kFamilies> families{};
    CountInterval violations;
    for (const auto* o : cases[name]) {
      for (const auto& item : o->items) {
        const Family family = family_of(item.classes.most_likely());
        if (family == Family::kNone) continue;
        auto& sum = families[static_cast<std::size_t>(family)];
        sum = sum + interval_of(item.count);
        violations = violations + interval_of(item.count);
      }
    }
    std::string line;
    JsonWriter w(line);
    const auto family = [&](Family f) { put(w, families[static_cast<std::size_t>(f)]); };
    const Observation& first = *cases[name].front();
    w.begin_object();
    w.key("bursts_and_shots");
    family(Family::kBurstsAndShots);
    w.key("case").string(name);
    w.key("end").string(to_text(first.when.end));
    w.key("explosions");
    family(Family::kExplosion);
    w.key("illumination_flares");
    family(Family::kIlluminationFlare);
    w.key("kind").string("row");
    w.key("muzzle_flashes");
    family(Family::kMuzzleFlash);
    w.key("ordered").boolean(first.ordered);
    w.key("projectiles");
    family(Family::kProjectile);
    if (cases[name].size() > 1)
      w.key("remainder").string(to_text(cases[name].back()->items.front().count));
    w.key("start").string(to_text(first.when.start));
    w.key("violations");
    put(w, violations);
    w.end_object();
    out << line << "\n";
  }
  if (r->rejected > 0)
    out << "{\"case\":\"rows.json\",\"kind\":\"rejected\",\"rows\":" << r->rejected << "}\n";
  return done();
}

std::vector<std::string> notes_of(const std::vector<acquire::TotalNote>& notes,
                                  acquire::TotalNote::Kind kind) {
  std::vector<std::string> out;
  for (const auto& n : notes) {
    if (n.kind == kind) out.push_back(n.text);
  }
  return out;
}

// Sums per region over the file: a chain of days against the total of their week.
void sums(JsonWriter& w, const std::vector<StatedTotal>& totals) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> by_region;
  for (const auto& t : totals) {
    by_region[t.region].first += t.violations.value_or(0);
    by_region[t.region].second += t.explosions.value_or(0);
  }
  w.begin_object();
  for (const auto& [region, sum] : by_region) {
    w.key(region)
        .begin_object()
        .key("explosions")
        .integer(sum.second)
        .key("violations")
        .integer(sum.first)
        .end_object();
  }
  w.end_object();
}

Status totals(const fs::path& file, std::ostream& out) {
  using Kind = acquire::TotalNote::Kind;
  TRUCE_TRY(r, read(file, "smm-totals"));
  if (!r) return done();
  const auto notes = acquire::check_totals(r->totals, kyiv());
  const auto repeats = notes_of(notes, Kind::kRepeatsPrevious).size();
  const auto parts = notes_of(notes, Kind::kPartOfPrevious);
  std::size_t adjoining = repeats;
  for (const auto& n : notes) {
    const bool differs = n.kind == Kind::kPartOfPrevious || n.kind == Kind::kRestatedPrevious;
    if (differs && r->totals[*n.earlier].when.end == r->totals[n.total].when.start) ++adjoining;
  }
  std::map<std::int64_t, std::int64_t> periods;
  for (const auto& t : r->totals) ++periods[t.period_days];
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  w.key("adjoining_with_previous").integer(static_cast<std::int64_t>(adjoining));
  w.key("case").string(file.filename().string());
  w.key("identities_broken");
  texts(w, notes_of(notes, Kind::kPartsDiffer));
  w.key("kind").string("totals");
  w.key("part_of_previous");
  texts(w, parts);
  w.key("period_days").begin_object();
  for (const auto& [days, n] : periods) w.key(std::to_string(days)).integer(n);
  w.end_object();
  w.key("periods_wrong");
  texts(w, notes_of(notes, Kind::kPeriodDiffers));
  w.key("read").integer(static_cast<std::int64_t>(r->totals.size()));
  w.key("rejected").integer(r->rejected);
  w.key("repeats_previous").integer(static_cast<std::int64_t>(repeats));
  w.key("restated");
  texts(w, notes_of(notes, Kind::kRestatedPrevious));
  w.key("sums");
  sums(w, r->totals);
  w.end_object();
  out << line << "\n";
  return done();
}

// Each slip's own words, as a report would have them, and what the checks name in them.
Status slips(const fs::path& file, std::ostream& out) {
  if (!fs::exists(file)) {
    std::cerr << "no data: " << file.string() << "\n";
    return done();
  }
  TRUCE_TRY(bytes, read_file(file));
  dom::parser parser;
  dom::array list;
  if (const auto e = parser.parse(bytes.data(), bytes.size()).get_array().get(list)) {
    return bad_input(std::string("not an array of slips: ") + simdjson::error_message(e),
                     {.source = file.string()}, "a JSON array");
  }
  int number = 0;
  for (const auto& slip : list) {
    std::string_view kind;
    std::string_view what;
    if (slip["what"].get_string().get(what)) what = {};
    if (slip["kind"].get_string().get(kind)) kind = {};
    std::string line;
    JsonWriter w(line);
    w.begin_object();
    w.key("case").string("slip-" + std::to_string(++number));
    w.key("delays_min").begin_array();
    for (const int d : acquire::delays_min(what)) w.integer(d);
    w.end_array();
    w.key("flags").begin_array();
    for (const auto& s : acquire::check_text(what)) {
      w.begin_object().key("kind").string(s.kind).key("text").string(s.text).end_object();
    }
    w.end_array();
    w.key("kind").string("slip");
    w.key("slip").string(kind);
    w.end_object();
    out << line << "\n";
  }
  return done();
}

}  // namespace

Status bench_smm(const fs::path& dir, std::ostream& out) {
  if (!fs::exists(dir / "smm") && !fs::exists(dir / "conflict/osce_smm_daily"))
    return make_error(ErrorCode::kNotFound, "there is nothing of published monitoring here",
                      {.source = dir.string()}, "the folders smm/ and conflict/");
  TRUCE_CHECK_OK(rows(dir, out));
  for (const char* file : {"smm/region_totals.csv", "smm/running_totals.csv", "smm/daily_chain.csv",
                           "conflict/osce_smm_daily/smm_daily_counts.csv"}) {
    TRUCE_CHECK_OK(totals(dir / file, out));
  }
  return slips(dir / "smm/real_slips.json", out);
}

}  // namespace truce::app
